// A filter as SQL over the virtual table `samples`: written apart from the bitset evaluation, so that each checks the other.
import { assertNever } from '#core/errors.ts'
import type { CompareOp, FilterExpr, Path, Scalar } from '#core/filter/expr.ts'
import { formatPath } from '#core/filter/names.ts'

export interface SqlFilter {
  /** An expression that is 1 or 0, never NULL. */
  readonly sql: string
  readonly parameters: readonly (string | number)[]
}

export interface SqlNames {
  /** Whether a path holds numbers; everything else is text. */
  readonly isNumber: (path: Path) => boolean
  /** Whether numbers compared with it mean the ids of its values. */
  readonly hasIds: (path: Path) => boolean
  /** Whether equal ids of these models' answers mean the same: all of them are ImageNet's. */
  readonly sharesIds: (models: readonly string[]) => boolean
  readonly models: readonly string[]
  readonly view: (name: string) => FilterExpr
}

/** The column of a path in the table, unquoted. */
export function sqlName(path: Path): string {
  return formatPath(path)
}

export function tagColumn(tag: string): string {
  return `tagged(${tag})`
}

export function findingColumn(rule: string): string {
  return `finding(${rule})`
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function filterToSql(expr: FilterExpr, names: SqlNames): SqlFilter {
  const parameters: (string | number)[] = []
  const bind = (value: string | number): string => {
    parameters.push(value)
    return '?'
  }
  const join = (items: readonly FilterExpr[], word: string, empty: string): string =>
    items.length === 0 ? empty : `(${items.map(compile).join(` ${word} `)})`
  const correct = (model: string) => quote(`${formatPath({ kind: 'run', model, property: 'correct' })}`)
  const predicted = (model: string) => quote(`${formatPath({ kind: 'run', model, property: 'predicted' })}`)
  const identity = (model: string) => quote(`${formatPath({ kind: 'run', model, property: 'predicted' })}#id`)
  const wrongs = (models: readonly string[]) =>
    `(${models.map((model) => `(${correct(model)} IS 'false')`).join(' + ')})`
  const same = (models: readonly string[]) => {
    const byId = names.sharesIds(models)
    const alike = (a: string, b: string) =>
      `(${predicted(a)} IS ${predicted(b)}${byId ? ` AND ${identity(a)} IS ${identity(b)}` : ''})`
    return (
      models
        .slice(1)
        .map((model) => alike(model, models[0]!))
        .join(' AND ') || '1'
    )
  }

  function compareSql(path: Path, op: CompareOp, value: Scalar): string {
    const byId = typeof value === 'number' && names.hasIds(path)
    const column = quote(byId ? `${formatPath(path)}#id` : formatPath(path))
    if (names.isNumber(path) || byId) return `coalesce(${column} ${op} ${bind(value as number)}, 0)`
    const text = String(value)
    if (op === 'contains') return `coalesce(instr(${column}, ${bind(text)}) > 0, 0)`
    if (op === 'starts with') return `coalesce(substr(${column}, 1, ${bind([...text].length)}) = ${bind(text)}, 0)`
    return `coalesce(${column} ${op} ${bind(text)}, 0)`
  }

  function compile(item: FilterExpr): string {
    switch (item.kind) {
      case 'and':
        return join(item.items, 'AND', '1')
      case 'or':
        return join(item.items, 'OR', '0')
      case 'not':
        return `(NOT ${compile(item.item)})`
      case 'compare':
        return compareSql(item.path, item.op, item.value)
      case 'in':
        return item.values.length === 0
          ? '0'
          : `(${item.values.map((value) => compareSql(item.path, '=', value)).join(' OR ')})`
      case 'between':
        return `(${compareSql(item.path, '>=', item.low)} AND ${compareSql(item.path, '<=', item.high)})`
      case 'missing':
        return `(${quote(formatPath(item.path))} IS ${item.missing ? '' : 'NOT '}NULL)`
      case 'tagged':
        return `(${quote(tagColumn(item.tag))} = 1)`
      case 'finding':
        return `(${quote(findingColumn(item.rule))} = 1)`
      case 'view':
        return compile(names.view(item.name))
      case 'has_prediction':
        return `(${predicted(item.model)} IS NOT NULL)`
      case 'all_wrong':
        return `(${wrongs(item.models)} = ${item.models.length})`
      case 'any_wrong':
        return `(${wrongs(item.models)} > 0)`
      case 'exactly_wrong':
        return `(${wrongs(item.models)} = ${bind(item.count)})`
      case 'same_wrong_label':
        return `(${wrongs(item.models)} = ${item.models.length} AND ${same(item.models)})`
      case 'disagree': {
        const both = `${predicted(item.a)} IS NOT NULL AND ${predicted(item.b)} IS NOT NULL`
        return `(${both} AND NOT (${same([item.a, item.b])}))`
      }
      case 'only_wrong': {
        const others = names.models.filter((model) => model !== item.model)
        const rest = others.length === 0 ? '1' : `${wrongs(others)} = 0`
        return `(${wrongs([item.model])} = 1 AND ${rest})`
      }
      default:
        return assertNever(item)
    }
  }
  return { sql: compile(expr), parameters }
}

// Writes a filter as text, with as few parentheses and quotes as will read back the same.
import { assertNever } from '../errors.ts'
import type { FilterExpr } from './expr.ts'
import { formatName, formatPath, formatScalar, formatString } from './names.ts'
import { isEverything, normaliseFilter } from './normalise.ts'

/** The text of an expression. `parseFilter(formatFilter(e))` is `normaliseFilter(e)`; everything is the empty text. */
export function formatFilter(expr: FilterExpr): string {
  const normal = normaliseFilter(expr)
  return isEverything(normal) ? '' : formatNode(normal)
}

function formatNode(expr: FilterExpr): string {
  switch (expr.kind) {
    case 'and':
      return expr.items.length === 0 ? '()' : expr.items.map((item) => formatInside(item, ['or'])).join(' and ')
    case 'or':
      return expr.items.map(formatNode).join(' or ')
    case 'not':
      return `not ${formatInside(expr.item, ['and', 'or'])}`
    case 'compare':
      return `${formatPath(expr.path)} ${expr.op} ${formatScalar(expr.value)}`
    case 'in':
      return `${formatPath(expr.path)} in (${expr.values.map(formatScalar).join(', ')})`
    case 'between':
      return `${formatPath(expr.path)} between ${formatScalar(expr.low)} and ${formatScalar(expr.high)}`
    case 'missing':
      return `${formatPath(expr.path)} is ${expr.missing ? '' : 'not '}missing`
    case 'tagged':
      return `tagged(${formatString(expr.tag)})`
    case 'view':
      return `view(${formatString(expr.name)})`
    case 'finding':
      return `finding(${formatString(expr.rule)})`
    case 'all_wrong':
    case 'any_wrong':
    case 'same_wrong_label':
      return `${expr.kind}(${expr.models.map(formatName).join(', ')})`
    case 'exactly_wrong':
      return `exactly_wrong(${[String(expr.count), ...expr.models.map(formatName)].join(', ')})`
    case 'disagree':
      return `disagree(${formatName(expr.a)}, ${formatName(expr.b)})`
    case 'only_wrong':
    case 'has_prediction':
      return `${expr.kind}(${formatName(expr.model)})`
    default:
      return assertNever(expr)
  }
}

function formatInside(expr: FilterExpr, loose: readonly string[]): string {
  const text = formatNode(expr)
  return loose.includes(expr.kind) && !isEverything(expr) ? `(${text})` : text
}

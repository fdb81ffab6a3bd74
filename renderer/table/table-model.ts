// The columns of the table: which there are, which are shown at first, and their values as text. Pure.
import type { DatasetSummary } from '#contract/library.ts'
import type { Order, Page } from '#contract/query.ts'
import type { Path } from '#core/filter/expr.ts'
import { runProperties } from '#core/filter/expr.ts'
import { formatPath } from '#core/filter/names.ts'
import type { FieldValue } from '#core/sample.ts'
import { formatNumber } from '../common/figures.ts'

export interface TableColumn {
  /** The path as filter text; also its id. */
  readonly key: string
  readonly title: string
  readonly path: Path
  readonly kind: 'text' | 'number' | 'verdict'
  readonly group: string
  readonly shownAtFirst: boolean
}

export interface TableRow {
  readonly id: number
  readonly fileName: string
  readonly tags: readonly string[]
  readonly values: Readonly<Record<string, FieldValue>>
}

/** Built-in fields that every row carries anyway. */
const always = new Set(['id', 'file_name'])

/** Fields first (class, nuisances, others, built-in), then every run's properties. */
export function tableColumns({ fields, runs }: Pick<DatasetSummary, 'fields' | 'runs'>): readonly TableColumn[] {
  const rank = { class: 0, nuisance: 1, plain: 2 } as const
  const own = fields
    .filter((field) => !always.has(field.name))
    .toSorted((a, b) => Number(a.builtIn) - Number(b.builtIn) || rank[a.role] - rank[b.role])
    .map((field): TableColumn => {
      const path: Path = { kind: 'field', name: field.name }
      return {
        key: formatPath(path),
        title: field.name,
        path,
        kind: field.kind === 'number' ? 'number' : 'text',
        group: field.builtIn ? 'File' : 'Fields',
        shownAtFirst: !field.builtIn && field.kind !== 'text',
      }
    })
  const answers = runs.flatMap(({ model }) =>
    runProperties.map((property): TableColumn => {
      const path: Path = { kind: 'run', model, property }
      const isVerdict = property === 'correct' || property === 'top5_correct'
      return {
        key: formatPath(path),
        title: `${model} ${property.replaceAll('_', ' ')}`,
        path,
        kind: isVerdict ? 'verdict' : property === 'predicted' ? 'text' : 'number',
        group: model,
        shownAtFirst: property === 'predicted' || property === 'correct' || property === 'confidence',
      }
    }),
  )
  return [...own, ...answers]
}

/** The columns that are on: the person's choice, or those shown at first. */
export function shownColumns(
  columns: readonly TableColumn[],
  chosen: readonly string[] | null,
): readonly TableColumn[] {
  return columns.filter(({ key, shownAtFirst }) => (chosen === null ? shownAtFirst : chosen.includes(key)))
}

/** A page of columns as rows. */
export function pageRows(page: Page): readonly TableRow[] {
  return Array.from(page.ids, (id, index) => ({
    id,
    fileName: page.fileNames[index] ?? '',
    tags: page.tags[index] ?? [],
    values: Object.fromEntries(page.columns.map(({ name, values }) => [name, values[index] ?? null])),
  }))
}

/** The order that a click on a heading asks for. The number of wrong models has no column, so it stays until then. */
export function orderOfSort(
  sorted: readonly { readonly colId: string; readonly sort: string }[],
  columns: readonly TableColumn[],
  current: Order['sort'],
): Order['sort'] {
  const [first] = sorted
  if (first === undefined) return current?.path === 'wrong_models' ? current : null
  const descending = first.sort === 'desc'
  if (first.colId === 'file_name' || first.colId === 'id') {
    return { path: { kind: 'field', name: first.colId }, descending }
  }
  const column = columns.find(({ key }) => key === first.colId)
  return column === undefined ? null : { path: column.path, descending }
}

/** As the grid shows it; a missing value is empty. */
export function cellText(value: FieldValue): string {
  if (value === null) return ''
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string' || Number.isInteger(value)) return String(value)
  return formatNumber(value)
}

// The slice table as it is shown: which rows, in which order, and what the funnel plot gets. Pure.
import type { SliceRow, SliceTable } from '#contract/analysis.ts'
import { formatOf, formatProbability } from '../charts/figures.ts'
import type { FunnelMark } from '../charts/funnel-plot.tsx'
import type { Tone } from '../charts/interval-bar.tsx'
import { formatInterval, formatRate } from '#core/format/numbers.ts'
import { compareValues, valueText } from '../parts/filters.ts'

export const sliceColumns = ['value', 'n', 'failures', 'rate', 'expected', 'ebMean', 'q', 'ebLower'] as const
export type SliceColumn = (typeof sliceColumns)[number]

export interface SliceSort {
  readonly column: SliceColumn
  readonly descending: boolean
}

/** The 10 % quantile of the posterior: what can be defended comes first. */
export const defaultSliceSort: SliceSort = { column: 'ebLower', descending: true }

/** Rows whose value holds the search text, sorted; slices without a q come last, ties by value. */
export function arrangeSlices(rows: readonly SliceRow[], sort: SliceSort, search: string): readonly SliceRow[] {
  const wanted = search.trim().toLowerCase()
  const found = wanted === '' ? rows : rows.filter((row) => valueText(row.value).toLowerCase().includes(wanted))
  return found.toSorted((a, b) => compareRows(a, b, sort) || compareValues(a, b))
}

function compareRows(a: SliceRow, b: SliceRow, { column, descending }: SliceSort): number {
  const sign = descending ? -1 : 1
  if (column === 'value') return sign * compareValues(a, b)
  const [x, y] = [a[column], b[column]]
  if (x === null || y === null) return Number(x === null) - Number(y === null)
  return sign * (x - y)
}

/** The first click on a heading shows the most telling end first. */
export function nextSort(current: SliceSort, column: SliceColumn): SliceSort {
  if (current.column === column) return { column, descending: !current.descending }
  return { column, descending: column !== 'value' && column !== 'q' }
}

export function toneOf(badge: SliceRow['badge']): Tone {
  if (badge === 'always' || badge === 'more') return 'more'
  return badge === 'less' ? 'less' : 'neutral'
}

/** A slice's key, for hovering: its value with its type. */
export function sliceKey(row: Pick<SliceRow, 'value'>): string {
  return JSON.stringify(row.value)
}

/** Badged slices first, so that they get the labels. */
export function funnelMarks(rows: readonly SliceRow[]): readonly FunnelMark[] {
  const marks = rows.map((row) => ({
    key: sliceKey(row),
    n: row.n,
    rate: row.rate,
    label: valueText(row.value),
    tone: markTone(row.badge),
    detail: rowSentence(row),
  }))
  return marks.toSorted((a, b) => importance[b.tone] - importance[a.tone])
}

const importance = { always: 3, more: 2, less: 1, none: 0 } as const

function markTone(badge: SliceRow['badge']): FunnelMark['tone'] {
  return badge === null || badge === 'all-failed' ? 'none' : badge
}

/** "41 of 52 fail, 79 % [66, 88]; expected 38 %; q .002" */
export function rowSentence(row: SliceRow): string {
  const parts = [
    `${formatOf(row.failures, row.n)} fail, ${formatRate(row.rate)} ${formatInterval(row.wilson)}`,
    `expected ${formatRate(row.expected)}`,
  ]
  if (row.q !== null) parts.push(`q ${formatProbability(row.q)}`)
  return parts.join('; ')
}

/** "569 of 1,485 fail (38 %)", with what several models mean by a failure. */
export function overallSentence(table: SliceTable): string {
  const { n, failures, rate } = table.overall
  const models = table.models.length
  const shared = models > 1 ? `, as shares of ${models} models` : ''
  return `${formatOf(failures, n)} fail (${formatRate(rate)})${shared}`
}

/** Counts by badge, for the line above the table. */
export function badgeCounts(rows: readonly SliceRow[]): { readonly more: number; readonly less: number } {
  return {
    more: rows.filter((row) => row.badge === 'always' || row.badge === 'more').length,
    less: rows.filter((row) => row.badge === 'less').length,
  }
}

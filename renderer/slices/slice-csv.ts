// The slice table as figures. Pure.
import type { SliceRow, SliceTable } from '#contract/analysis.ts'
import type { CsvRows } from '../save/csv-rows.ts'

const columns = [
  'n',
  'failures',
  'rate',
  'expected',
  'ratio',
  'riskDifference',
  'ebMean',
  'ebLower',
  'p',
  'q',
  'qLess',
  'badge',
] as const satisfies readonly (keyof SliceRow)[]

/** One row a slice, in the order of the table; the interval in two columns. */
export function sliceCsv({ field, slices }: Pick<SliceTable, 'field' | 'slices'>): CsvRows {
  return [
    [field, ...columns, 'wilson_low', 'wilson_high'],
    ...slices.map((slice) => [slice.value, ...columns.map((column) => slice[column]), ...slice.wilson]),
  ]
}

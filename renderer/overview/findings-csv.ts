// Findings as figures, harder and easier ones alike. Pure.
import type { RankedFinding } from '#contract/analysis.ts'
import { formatFilter } from '#core/filter/format.ts'
import type { CsvRows } from '../save/csv-rows.ts'

/** One row a finding; `filter` is the text that shows its images. */
export function findingsCsv(findings: readonly RankedFinding[]): CsvRows {
  return [
    [
      'field',
      'value',
      'badge',
      'n',
      'failures',
      'rate',
      'wilson_low',
      'wilson_high',
      'expected',
      'q',
      'filter',
      'finding',
    ],
    ...findings.map(({ field, value, badge, n, failures, rate, wilson, expected, q, filter, sentence }) => [
      field,
      value,
      badge,
      n,
      failures,
      rate,
      ...wilson,
      expected,
      q,
      formatFilter(filter),
      sentence,
    ]),
  ]
}

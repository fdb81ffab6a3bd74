// Confusions as figures: one row a cell that has images. Pure.
import type { Confusion, ConfusionDifference } from '#contract/analysis.ts'
import type { CsvRows } from '../save/csv-rows.ts'

export function confusionCsv({
  classes,
  truth,
  predicted,
  count,
  rowTotals,
}: Pick<Confusion, 'classes' | 'truth' | 'predicted' | 'count' | 'rowTotals'>): CsvRows {
  const nameOf = (index: number) => classes[index]?.name ?? ''
  return [
    ['truth', 'predicted', 'count', 'n'],
    ...Array.from(truth, (row, cell) => [
      nameOf(row),
      nameOf(predicted[cell] ?? -1),
      count[cell] ?? 0,
      rowTotals[row] ?? 0,
    ]),
  ]
}

export function differenceCsv(
  { classes, cells }: Pick<ConfusionDifference, 'classes' | 'cells'>,
  [name, other]: readonly [string, string],
): CsvRows {
  const nameOf = (index: number) => classes[index]?.name ?? ''
  return [
    [
      'truth',
      'predicted',
      `${name} count`,
      `${name} n`,
      `${other} count`,
      `${other} n`,
      'difference',
      'low',
      'high',
      'q',
    ],
    ...cells.map(({ truth, predicted, counts, n, difference, interval, q }) => [
      nameOf(truth),
      nameOf(predicted),
      counts[0],
      n[0],
      counts[1],
      n[1],
      difference,
      interval?.[0] ?? null,
      interval?.[1] ?? null,
      q,
    ]),
  ]
}

// Confusions as figures: one row a cell that has images. Pure.
import type { Confusion, ConfusionDifference } from '#contract/confusion.ts'
import { cellDifference } from '#core/confusion/cell-differences.ts'
import { unjudgedReason } from '#core/confusion/unjudged-reason.ts'
import type { CsvRows } from '../save/csv-rows.ts'
import type { DifferenceSource } from './difference-model.ts'

/** Judged samples first, then those that are not, with the reason: all counts add up to the samples. */
export function confusionCsv({
  classes,
  truth,
  predicted,
  count,
  rowTotals,
  unjudged,
}: Pick<Confusion, 'classes' | 'truth' | 'predicted' | 'count' | 'rowTotals' | 'unjudged'>): CsvRows {
  const nameOf = (index: number | undefined) => classes[index ?? -1]?.name ?? null
  return [
    ['truth', 'predicted', 'count', 'n', 'not judged'],
    ...Array.from(truth, (row, cell) => [
      nameOf(row),
      nameOf(predicted[cell]),
      count[cell] ?? 0,
      rowTotals[row] ?? 0,
      null,
    ]),
    ...Array.from(unjudged.truth, (row, cell) => [
      nameOf(row),
      nameOf(unjudged.predicted[cell]),
      unjudged.count[cell] ?? 0,
      null,
      unjudgedReason(row, unjudged.predicted[cell] ?? classes.length, classes.length),
    ]),
  ]
}

export function differenceCsv(
  difference: Pick<ConfusionDifference, 'classes'> & DifferenceSource,
  [name, other]: readonly [string, string],
): CsvRows {
  const nameOf = (index: number) => difference.classes[index]?.name ?? null
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
    ...Array.from(difference.truth, (_, at) => {
      const { truth, predicted, counts, n, difference: change, interval, q } = cellDifference(difference, at)
      return [
        nameOf(truth),
        nameOf(predicted),
        counts[0],
        n[0],
        counts[1],
        n[1],
        change,
        interval?.[0] ?? null,
        interval?.[1] ?? null,
        q,
      ]
    }),
  ]
}

// Accuracy by value, arranged for the dots: worst first, as many as fit. Pure.
import type { AccuracyByValue } from '#contract/analysis.ts'
import type { RunInfo } from '#contract/library.ts'
import type { FilterExpr, Scalar } from '#core/filter/expr.ts'
import type { ValueDotsRow } from '../charts/value-dots.tsx'
import { compareValues, valueText } from '../parts/filters.ts'

export type AccuracyOrder = 'worst' | 'spread' | 'n' | 'value'

export interface AccuracyRow extends ValueDotsRow {
  readonly value: Scalar | null
  /** Which samples it means, where that is not just `field = value`. */
  readonly filter: FilterExpr | null
}

type Cells = ValueDotsRow['cells']

/**
 * Rows in the order asked for, ties by value; rows that nobody judged come last. `hidden` = rows beyond the limit. Models from
 * whose answers the images were picked have no say in the order while there are others.
 */
export function arrangeAccuracy(
  table: Pick<AccuracyByValue, 'rows' | 'models' | 'selection'>,
  order: AccuracyOrder,
  limit: number,
): { readonly rows: readonly AccuracyRow[]; readonly hidden: number } {
  const measure: (cells: Cells) => number = {
    worst: meanAccuracy,
    spread: (cells: Cells) => -accuracySpread(cells),
    n: (cells: Cells) => -Math.max(...cells.map((cell) => cell.n)),
    value: () => 0,
  }[order]
  const barred = table.models.map((model) => table.selection?.barred.includes(model) === true)
  const counts = (_: unknown, index: number) => barred[index] !== true || barred.every(Boolean)
  const rows = table.rows
    .map(({ value, filter, cells }) => ({ key: JSON.stringify(value), value, filter, label: valueText(value), cells }))
    .toSorted((a, b) => measure(a.cells.filter(counts)) - measure(b.cells.filter(counts)) || compareValues(a, b))
  return { rows: rows.slice(0, limit), hidden: Math.max(0, rows.length - limit) }
}

/** Mean over the models that judged something here, in [0, 1]; 2 if none did. */
export function meanAccuracy(cells: Cells): number {
  const judged = cells.filter((cell) => cell.n > 0)
  return judged.length === 0 ? 2 : judged.reduce((sum, cell) => sum + cell.right / cell.n, 0) / judged.length
}

/** Best less worst model, in [0, 1]. */
export function accuracySpread(cells: Cells): number {
  const accuracies = cells.filter((cell) => cell.n > 0).map((cell) => cell.right / cell.n)
  return accuracies.length === 0 ? -1 : Math.max(...accuracies) - Math.min(...accuracies)
}

/** Place of each model among the dataset's runs: its colour. */
export function modelColors(models: readonly string[], runs: readonly Pick<RunInfo, 'model'>[]): readonly number[] {
  return models.map((model) => runs.findIndex((run) => run.model === model))
}

// A few sample ids that show what a figure stands for.
import { wrongCode } from '#core/columns/column.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'
import type { ValueCodes } from './value-codes.ts'

const stripLength = 8

/** The rows that strips are taken from: none of a cube, whose cells are no images to look at. */
export function stripRows(dataset: AnalysedDataset, filter: FilterExpr): Uint32Array {
  return dataset.columns.weights === null ? dataset.filterRows(filter) : new Uint32Array(0)
}

/** For every code the first samples that all of the models get wrong, then those that most of them do. */
export function failingStrips(
  rows: Uint32Array,
  values: ValueCodes,
  correct: readonly Uint8Array[],
): (code: number) => number[] {
  const columns = correct.map(() => ({
    filled: new Uint8Array(values.size + 1),
    ids: new Uint32Array((values.size + 1) * stripLength),
  }))
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    let wrong = 0
    for (let model = 0; model < correct.length; model++) if (correct[model]![row] === wrongCode) wrong++
    if (wrong === 0) continue
    const { filled, ids } = columns[wrong - 1]!
    const code = values.codes[row]!
    if (filled[code]! < stripLength) ids[code * stripLength + filled[code]!++] = row + 1
  }
  return (code) =>
    columns
      .toReversed()
      .flatMap(({ filled, ids }) => Array.from(ids.subarray(code * stripLength, code * stripLength + filled[code]!)))
      .slice(0, stripLength)
}

/** The first samples of a code that all of the models get right: what an easy slice looks like. */
export function passingStrip(
  rows: Uint32Array,
  values: ValueCodes,
  correct: readonly Uint8Array[],
  code: number,
): number[] {
  return stripOf(rows, (row) => values.codes[row] === code, correct, 'less')
}

/** The first samples of a slice that all of the models get wrong (`more`), or none of them does (`less`). */
export function stripOf(
  rows: Uint32Array,
  isIn: (row: number) => boolean,
  correct: readonly Uint8Array[],
  direction: 'more' | 'less',
): number[] {
  const strip: number[] = []
  for (const row of rows) {
    if (!isIn(row)) continue
    const wrong = correct.filter((column) => column[row] === wrongCode).length
    if (direction === 'more' ? wrong < correct.length : wrong > 0) continue
    strip.push(row + 1)
    if (strip.length === stripLength) break
  }
  return strip
}

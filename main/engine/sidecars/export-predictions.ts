// Writes a run's answers as a file that others read, and that Foible reads back.
import path from 'node:path'
import { shortestDecimal } from '#core/columns/shortest-decimal.ts'
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import type { KeptKind } from '#core/sample.ts'
import { type WrittenPrediction, writePredictions } from '#formats/predictions/write-predictions.ts'
import { getFileNames } from '#store/sample-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'
import type { JobContext } from '../jobs/job-runner.ts'
import { letOthersRun } from '#formats/let-others-run.ts'
import { type Vectors, halfValues, loadVectors } from '../vectors/load-vectors.ts'

export interface ExportPredictionsInput {
  readonly dataset: string
  readonly model: string
  readonly filter: FilterExpr
  /** A new file; its extension, csv or parquet, is the format. */
  readonly file: string
  /** What the run keeps and is to be written too. Absent: nothing. */
  readonly vectors?: readonly KeptKind[]
}

const rowsTogether = 4096
/** Lists of a thousand numbers take their room while they wait to be written. */
const vectorsTogether = 256

export async function exportPredictions(parts: EngineParts, input: ExportPredictionsInput, context: JobContext) {
  const dataset = parts.library.dataset(input.dataset)
  const selected = dataset.filterRows(input.filter)
  const { codes } = dataset.columns.runColumns(input.model).predicted
  const rows = selected.filter((row) => codes[row] !== 0)
  if (rows.length === 0) {
    const message = `${input.model} has no predictions in this view; predict first, or widen the filter.`
    throw new FoibleError('empty_source', message, { model: input.model })
  }
  const vectors = input.vectors ?? []
  const kept = new Map<KeptKind, Vectors>()
  for (const kind of vectors) kept.set(kind, await loadVectors(dataset, input.model, kind))
  await writePredictions(
    input.file,
    answersAreIds(dataset, input.model),
    readAnswers(dataset, input.model, rows, kept, context),
    vectors,
  )
  return {
    dataset: dataset.id,
    model: input.model,
    rows: rows.length,
    file: input.file,
    name: path.basename(input.file),
  }
}

/** Ids of ImageNet are known to everybody; those of a list that the file does not hold are not: names say more. */
function answersAreIds(dataset: DatasetHandle, model: string): boolean {
  const { dictionary } = dataset.columns.runColumns(model).predicted
  return dataset.columns.run(model).labelSpace === 'imagenet-1k' && dictionary.ids !== null
}

async function* readAnswers(
  dataset: DatasetHandle,
  model: string,
  rows: Uint32Array,
  kept: ReadonlyMap<KeptKind, Vectors>,
  context: JobContext,
): AsyncGenerator<readonly WrittenPrediction[]> {
  const run = dataset.columns.runColumns(model)
  const { dictionary } = run.predicted
  const ids = answersAreIds(dataset, model) ? dictionary.ids : null
  const together = kept.size === 0 ? rowsTogether : vectorsTogether
  for (let from = 0; from < rows.length; from += together) {
    throwIfCancelled(context.signal)
    const part = rows.subarray(from, from + together)
    const names = getFileNames(
      dataset.db,
      Array.from(part, (row) => row + 1),
    )
    yield Array.from(part, (row, i) => {
      const answers = run.answers(row)
      return {
        fileName: names[i]!,
        classes: answers.map(({ code }) => ids?.[code - 1] ?? dictionary.values[code - 1]!),
        probabilities: answers.map(({ probability }) =>
          Number.isNaN(probability) ? null : shortestDecimal(probability),
        ),
        vectors: Object.fromEntries([...kept].map(([kind, all]) => [kind, readVector(all, row)])),
      }
    })
    context.progress({ done: Math.min(rows.length, from + together), total: rows.length, message: 'Writing' })
    await letOthersRun()
  }
}

function readVector({ placeOf, size, halves }: Vectors, row: number): number[] | undefined {
  const place = placeOf[row]!
  return place < 0
    ? undefined
    : Array.from(halves.subarray(place * size, (place + 1) * size), (bits) => halfValues[bits]!)
}

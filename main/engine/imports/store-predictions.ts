// Predictions that came from a file become runs like any other, judged against the dataset's own truth.
import { rankBelow } from '#core/labels/judge-answers.ts'
import type { RunTerms } from '#formats/foible-schema.ts'
import { topK } from '#store/run-arrays.ts'
import { chunkRows } from '#store/packed-column.ts'
import { type RunRecord, deleteRun, insertRun, updateUnmappedClasses } from '#store/run-table.ts'
import type { StagedBatch } from '#store/staged-batch.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { idsOfAnswers } from '../labels/label-space.ts'
import { type Truth, findTruthOfRun } from '../runs/truth.ts'
import type { PredictionAccumulator } from './prediction-accumulator.ts'
import { resolveAnswers } from './resolve-answers.ts'

export interface StoredRun {
  readonly run: number
  /** One sentence: what the answers were taken for. */
  readonly reason: string
}

/**
 * Stores a run of `model` in one transaction; a run of that name is replaced. `terms`: how the model was asked, where the source
 * says so.
 */
export function storePredictions(
  dataset: DatasetHandle,
  model: string,
  predictions: PredictionAccumulator,
  terms: RunTerms | null,
  now: () => Date,
): StoredRun {
  const { columns } = dataset
  const { classes, labelSpace, reason } = resolveAnswers(predictions.answers, {
    declared: dataset.meta.classes,
    names: classNames(dataset),
    hasAcceptedIds: columns.acceptedSets() !== null,
    labelSpace: terms?.label_space ?? null,
  })
  const known = columns.runs.find((run) => run.model === model)
  const record: Omit<RunRecord, 'id'> = {
    model,
    modelName: null,
    modelSha256: null,
    protocol: terms?.protocol ?? 'unmasked',
    provider: 'imported',
    state: predictions.count === dataset.rowCount ? 'done' : 'partial',
    labelSpace,
    preprocessing: 'unknown: imported predictions',
    unmappedClasses: [],
    imagesPerSecond: null,
    startedAt: now().toISOString(),
    settings: {},
  }
  try {
    return dataset.write(() => {
      if (known !== undefined) deleteRun(dataset.db, known.id)
      const run = insertRun(dataset.db, record, classes)
      columns.reloadNames()
      const stored = columns.run(model)
      const truth = findTruthOfRun(columns, stored)
      updateUnmappedClasses(dataset.db, run, truth.unmapped)
      const runColumns = columns.runColumns(model)
      const ids = idsOfAnswers(columns, stored)
      for (let from = 0; from < predictions.rows; from += chunkRows) {
        runColumns.append(toBatch(predictions, from, ids, truth), [])
      }
      runColumns.fold()
      return { run, reason }
    })
  } finally {
    columns.reloadNames()
    dataset.touch()
  }
}

function classNames({ columns, meta }: DatasetHandle): readonly string[] {
  const field = columns.classField()
  const labels = field === null ? null : columns.column({ kind: 'field', name: field.name })
  return [...new Set([...meta.classes, ...(labels?.kind === 'codes' ? labels.dictionary.values : [])])]
}

/**
 * The predictions of the rows from `from` on, at most one chunk. An answer is right if its id is accepted; a source that says so
 * itself has the last word. Below the answers that came along the rank is unknown; the next place says as much as is known.
 */
function toBatch(predictions: PredictionAccumulator, from: number, ids: readonly number[], truth: Truth): StagedBatch {
  const rows: number[] = []
  for (let row = from; row < Math.min(predictions.rows, from + chunkRows); row++) {
    if (predictions.code(row, 0) !== 0) rows.push(row)
  }
  const n = rows.length
  const batch: StagedBatch = {
    sampleIds: Uint32Array.from(rows, (row) => row + 1),
    topCodes: new Uint32Array(n * topK),
    topProbabilities: new Float32Array(n * topK).fill(NaN),
    entropy: new Float32Array(n).fill(NaN),
    margin: new Float32Array(n).fill(NaN),
    truthConfidence: new Float32Array(n).fill(NaN),
    truthRank: new Uint32Array(n),
  }
  for (const [i, row] of rows.entries()) {
    const accepted = truth.acceptedIds(row)
    let place = -1
    let kept = 0
    for (; kept < topK; kept++) {
      const code = predictions.code(row, kept)
      if (code === 0) break
      batch.topCodes[i * topK + kept] = code
      batch.topProbabilities[i * topK + kept] = predictions.probability(row, kept)
      if (place < 0 && accepted?.includes(ids[code - 1]!) === true) place = kept
    }
    if (kept > 1) batch.margin[i] = predictions.probability(row, 0) - predictions.probability(row, 1)
    const judged = predictions.verdict(row) ?? (accepted === null ? null : place === 0)
    batch.truthRank[i] = judged === null ? 0 : judged ? 1 : place > 0 ? place + 1 : rankBelow(kept)
    if (place >= 0) batch.truthConfidence[i] = predictions.probability(row, place)
    const extras = predictions.extras(row)
    if (extras === null) continue
    batch.entropy[i] = extras.entropy
    if (accepted === null) continue
    batch.truthRank[i] = extras.truthRank
    batch.truthConfidence[i] = extras.truthConfidence
  }
  return batch
}

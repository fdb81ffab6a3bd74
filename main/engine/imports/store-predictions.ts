// Predictions that came with a dataset become runs like any other, judged against the dataset's own truth.
import { imagenet1kClasses } from '#core/facts/imagenet-1k.ts'
import { displayName } from '#core/labels/map-classes.ts'
import type { ImportedPrediction } from '#formats/dataset-reader.ts'
import type { RunTerms } from '#formats/foible-schema.ts'
import { topK } from '#store/run-columns.ts'
import { type RunClass, insertRun } from '#store/run-table.ts'
import type { StagedBatch } from '#store/staged-batch.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { findTruth } from '../runs/truth.ts'
import type { BuildResult } from './build-dataset.ts'

export function storePredictions(
  dataset: DatasetHandle,
  { predictions, runs }: Pick<BuildResult, 'predictions' | 'runs'>,
  now: () => Date,
): void {
  for (const [model, rows] of predictions) storeRun(dataset, model, rows, runs.get(model) ?? null, now)
  if (predictions.size > 0) dataset.touch()
}

function storeRun(
  dataset: DatasetHandle,
  model: string,
  rows: ReadonlyMap<number, ImportedPrediction>,
  terms: RunTerms | null,
  now: () => Date,
): void {
  const classes = collectClasses(rows)
  const truth = findTruth(dataset.columns, { classes: classes.list.map((entry) => entry.name), labelSpace: 'own' })
  const accepted = dataset.columns.acceptedSets()
  dataset.write(() =>
    insertRun(
      dataset.db,
      {
        model,
        modelSha256: null,
        protocol: terms?.protocol ?? 'unmasked',
        provider: 'imported',
        state: rows.size === dataset.rowCount ? 'done' : 'partial',
        labelSpace: terms?.label_space ?? (classes.areIds ? 'imagenet-1k' : 'own'),
        preprocessing: 'unknown: imported predictions',
        unmappedClasses: [],
        imagesPerSecond: null,
        startedAt: now().toISOString(),
      },
      classes.list,
    ),
  )
  dataset.columns.reloadNames()
  const columns = dataset.columns.runColumns(model)
  columns.append(
    toBatch(rows, classes, (row) => ({
      ids: accepted?.sets[accepted.codes[row]! - 1] ?? null,
      codes: truth.acceptedIds(row),
    })),
    [],
  )
  columns.fold()
}

interface CollectedClasses {
  readonly list: readonly RunClass[]
  /** Code (from 1) of an answer. */
  readonly codeOf: (prediction: ImportedPrediction, at: number) => number
  readonly areIds: boolean
}

/** The distinct answers of a run. Answers that are numbers are ids: of ImageNet-1k where they lie within it. */
function collectClasses(rows: ReadonlyMap<number, ImportedPrediction>): CollectedClasses {
  const codes = new Map<string, number>()
  const list: RunClass[] = []
  let areIds = true
  const keyOf = (prediction: ImportedPrediction, at: number) =>
    `${prediction.ids?.[at] ?? ''} ${String(prediction.classes[at])}`
  for (const prediction of rows.values()) {
    prediction.classes.forEach((answer, at) => {
      const key = keyOf(prediction, at)
      if (codes.has(key)) return
      const id = prediction.ids?.[at] ?? (typeof answer === 'number' ? answer : null)
      areIds &&= id !== null
      const known = typeof answer === 'number' ? imagenet1kClasses[answer] : undefined
      list.push({ name: known === undefined ? String(answer) : displayName(known.names.join(', ')), labelId: id })
      codes.set(key, list.length)
    })
  }
  return { list, areIds, codeOf: (prediction, at) => codes.get(keyOf(prediction, at))! }
}

/** An answer is right if its id is accepted, or its name is the class's; a source that says so itself has the last word. */
function toBatch(
  rows: ReadonlyMap<number, ImportedPrediction>,
  classes: CollectedClasses,
  truthOf: (row: number) => { readonly ids: readonly number[] | null; readonly codes: readonly number[] | null },
): StagedBatch {
  const n = rows.size
  const batch: StagedBatch = {
    sampleIds: new Uint32Array(n),
    topCodes: new Uint32Array(n * topK),
    topProbabilities: new Float32Array(n * topK).fill(NaN),
    entropy: new Float32Array(n).fill(NaN),
    margin: new Float32Array(n).fill(NaN),
    truthConfidence: new Float32Array(n).fill(NaN),
    truthRank: new Uint32Array(n),
  }
  let i = 0
  for (const [row, prediction] of rows) {
    const truth = truthOf(row)
    const isRight = (at: number) => {
      const code = classes.codeOf(prediction, at)
      const id = classes.list[code - 1]!.labelId
      return (id !== null && truth.ids?.includes(id) === true) || truth.codes?.includes(code - 1) === true
    }
    const kept = Math.min(topK, prediction.classes.length)
    batch.sampleIds[i] = row + 1
    for (let k = 0; k < kept; k++) {
      batch.topCodes[i * topK + k] = classes.codeOf(prediction, k)
      batch.topProbabilities[i * topK + k] = prediction.probabilities[k] ?? NaN
    }
    batch.margin[i] = kept > 1 ? batch.topProbabilities[i * topK]! - batch.topProbabilities[i * topK + 1]! : NaN
    const hasTruth = truth.ids !== null || truth.codes !== null
    const place = Array.from({ length: kept }, (_, k) => isRight(k)).indexOf(true)
    const judged = prediction.correct ?? (hasTruth ? place === 0 : null)
    // Below the answers that came along the rank is unknown; the next place says as much as is known.
    batch.truthRank[i] = judged === null ? 0 : judged ? 1 : place > 0 ? place + 1 : kept + 1
    batch.truthConfidence[i] = place >= 0 ? (prediction.probabilities[place] ?? NaN) : NaN
    i++
  }
  return batch
}

// Rows with a score for each class: ranked as a model's own output is, with the exact place of the truth.
import { FoibleError } from '#core/errors.ts'
import { imagenet1kClasses } from '#core/facts/imagenet-1k.ts'
import { areDistributions, rankScores, topCount } from '#models/rank-scores.ts'
import type { RunRecord } from '#store/run-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { PredictionAccumulator } from '../imports/prediction-accumulator.ts'
import { type Truth, findTruth } from '../runs/truth.ts'

const rowsTogether = 64

export class ScoreReader {
  readonly #dataset: DatasetHandle
  readonly #predictions: PredictionAccumulator
  #rows: number[] = []
  #scores = new Float32Array(0)
  #classCount = 0
  #truth: Truth | null = null

  constructor(dataset: DatasetHandle, predictions: PredictionAccumulator) {
    this.#dataset = dataset
    this.#predictions = predictions
  }

  /** A thousand scores are ImageNet's classes, unless the dataset has a thousand of its own that are not. */
  get labelSpace(): RunRecord['labelSpace'] {
    return this.#classCount === imagenet1kClasses.length ? 'imagenet-1k' : 'own'
  }

  /** Throws `broken_file` for a row of another length than the first. */
  add(row: number, scores: ArrayLike<number>): void {
    if (this.#truth === null) this.#start(scores.length)
    if (scores.length !== this.#classCount) {
      const message = `The rows have different numbers of scores (${this.#classCount} and ${scores.length}); a file holds one model’s.`
      throw new FoibleError('broken_file', message, { expected: this.#classCount, found: scores.length })
    }
    this.#scores.set(scores, this.#rows.length * this.#classCount)
    this.#rows.push(row)
    if (this.#rows.length === rowsTogether) this.flush()
  }

  flush(): void {
    const truth = this.#truth
    if (truth === null || this.#rows.length === 0) return
    const scores = this.#scores.subarray(0, this.#rows.length * this.#classCount)
    const kind = areDistributions(scores, this.#rows.length, this.#classCount) ? 'probabilities' : 'logits'
    const accepted = this.#rows.map((row) => truth.acceptedIds(row))
    const ranked = rankScores(scores, this.#classCount, kind, accepted, null)
    this.#rows.forEach((row, i) => {
      const top = Array.from({ length: topCount }, (_, k) => i * topCount + k).filter((at) => ranked.topIds[at]! >= 0)
      this.#predictions.set(row, {
        classes: top.map((at) => ranked.topIds[at]!),
        probabilities: top.map((at) => ranked.topProbabilities[at]!),
      })
      this.#predictions.setExtras(row, ranked.entropy[i]!, ranked.truthRank[i]!, ranked.truthConfidence[i]!)
    })
    this.#rows = []
  }

  #start(classCount: number): void {
    this.#classCount = classCount
    this.#scores = new Float32Array(rowsTogether * classCount)
    const { classes } = this.#dataset.meta
    const names = classes.length === classCount ? classes : Array.from({ length: classCount }, (_, id) => String(id))
    this.#truth = findTruth(this.#dataset.columns, { classes: names, labelSpace: this.labelSpace })
  }
}

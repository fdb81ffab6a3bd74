// Answers under another protocol out of logits that a run of the same model has kept: no image is looked at again.
import { halfToFloat } from '#models/half-floats.ts'
import { rankAnswers } from '#models/rank-answers.ts'
import { type RankedScores, topCount } from '#models/rank-scores.ts'
import { type VectorBlock, readKeptBlocks } from '#store/kept-vector-table.ts'
import type { RunRecord } from '#store/run-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { letOthersRun } from '#formats/let-others-run.ts'
import type { PlannedAnswers } from './plan-answers.ts'

export interface AnsweredBatch extends RankedScores {
  readonly sampleIds: Uint32Array
}

/** Half a unit in the last place of binary16, relatively. */
const roundingError = 2 ** -11

/** The run of the same model and preprocessing whose logits can answer for `run`; null where there is none. */
export function findKeptLogits({ columns }: DatasetHandle, run: RunRecord, classCount: number): RunRecord | null {
  if (run.protocol === 'zero-shot' || run.settings.preprocessingKey === undefined) return null
  const source = columns.runs.find(
    (other) =>
      other.id !== run.id &&
      other.protocol !== 'zero-shot' &&
      other.modelName === run.modelName &&
      other.modelSha256 === run.modelSha256 &&
      other.preprocessing === run.preprocessing &&
      other.settings.preprocessingKey === run.settings.preprocessingKey &&
      other.settings.modelKey === run.settings.modelKey &&
      other.settings.kept?.logits === classCount,
  )
  return source ?? null
}

/**
 * Batches of those of `rows` whose first answer the rounding of the logits cannot have changed; the others are left to be predicted.
 * Throws `cancelled`.
 */
export async function* answerFromLogits(
  dataset: DatasetHandle,
  source: RunRecord,
  rows: Uint32Array,
  { answers, truth }: PlannedAnswers,
  signal: AbortSignal,
): AsyncGenerator<AnsweredBatch> {
  const wanted = new Set(rows)
  for (let after = 0; ;) {
    const { blocks, last } = readKeptBlocks(dataset.db, source.id, 'logits', after)
    if (blocks.length === 0) return
    for (const block of blocks) {
      const places = Array.from(block.sampleIds.keys()).filter((at) => wanted.delete(block.sampleIds[at]! - 1))
      const { sampleIds, scores, classCount } = pickScores(block, places)
      const acceptedIds = Array.from(sampleIds, (id) => truth.acceptedIds(id - 1))
      const ranked = rankAnswers(answers, scores, classCount, 'logits', acceptedIds)
      const certain = Array.from(sampleIds.keys()).filter((at) => isCertain(ranked, scores, classCount, at))
      if (certain.length > 0) yield pickRanked({ ...ranked, sampleIds }, certain)
    }
    after = last
    await letOthersRun(signal)
  }
}

function pickScores({ sampleIds, halves }: VectorBlock, places: readonly number[]) {
  const classCount = halves.length / sampleIds.length
  const scores = new Float32Array(places.length * classCount)
  places.forEach((at, i) => {
    for (let n = 0; n < classCount; n++) scores[i * classCount + n] = halfToFloat(halves[at * classCount + n]!)
  })
  return { sampleIds: Uint32Array.from(places, (at) => sampleIds[at]!), scores, classCount }
}

/**
 * A logit l is off by at most |l| x 2^-11, hence a probability, or a mean of several, by at most that factor of e beside what all share:
 * the logarithm of the quotient of two by at most twice as much, of the greatest logit.
 */
function isCertain({ topProbabilities }: RankedScores, scores: Float32Array, classCount: number, at: number): boolean {
  const first = topProbabilities[at * topCount]!
  const second = topProbabilities[at * topCount + 1]!
  if (Number.isNaN(first)) return false
  if (Number.isNaN(second)) return true
  let greatest = 0
  for (let i = at * classCount; i < (at + 1) * classCount; i++) {
    const size = Math.abs(scores[i]!)
    if (size > greatest && size < Infinity) greatest = size
  }
  return Math.log(first / second) > 2 * greatest * roundingError
}

function pickRanked(batch: AnsweredBatch, places: readonly number[]): AnsweredBatch {
  const top = places.flatMap((at) => Array.from({ length: topCount }, (_, k) => at * topCount + k))
  const pick = (values: Float32Array) => Float32Array.from(places, (at) => values[at]!)
  return {
    sampleIds: Uint32Array.from(places, (at) => batch.sampleIds[at]!),
    topIds: Int32Array.from(top, (at) => batch.topIds[at]!),
    topProbabilities: Float32Array.from(top, (at) => batch.topProbabilities[at]!),
    entropy: pick(batch.entropy),
    margin: pick(batch.margin),
    truthConfidence: pick(batch.truthConfidence),
    truthRank: Uint32Array.from(places, (at) => batch.truthRank[at]!),
  }
}

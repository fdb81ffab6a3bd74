// What is stored of a run, by name, and how a batch of predictions or other judgements change its arrays.
import { FoibleError } from '#core/errors.ts'
import { keptAnswers, unknownRank } from '#core/labels/judge-answers.ts'
import type { Encoding, Packed } from './packed-column.ts'
import type { StagedBatch } from './staged-batch.ts'

/** Answers kept of each prediction. */
export const topK = keptAnswers

const numberProperties = ['confidence', 'truth_confidence', 'truth_rank', 'entropy', 'margin'] as const
type NumberProperty = (typeof numberProperties)[number]

/** What is known anew of the truth of some rows: ranks as in `StagedBatch`, confidences NaN where unknown. */
export interface Judgements {
  readonly rows: Uint32Array
  readonly ranks: Uint32Array
  readonly confidences: Float32Array
}

export const encodings: Readonly<Record<string, Encoding>> = {
  predicted: 'codes',
  correct: 'codes',
  top5_correct: 'codes',
  top_codes: 'plain',
  top_probabilities: 'numbers',
  provider: 'codes',
}

/** Everything that is stored of a run, by name. */
export const runArrays = [
  'predicted',
  'correct',
  'top5_correct',
  ...numberProperties,
  'top_codes',
  'top_probabilities',
  'provider',
] as const

export const judgedColumns = ['correct', 'top5_correct', 'truth_rank', 'truth_confidence'] as const
type JudgedColumn = (typeof judgedColumns)[number]

export function setJudgements(name: JudgedColumn, array: Packed, { rows, ranks, confidences }: Judgements): void {
  rows.forEach((row, i) => (array[row] = judgedValue(name, ranks[i]!, confidences[i]!)))
}

/** The stored value of a rank (0 = not judged) and the confidence of the truth. */
function judgedValue(name: JudgedColumn, rank: number, confidence: number): number {
  switch (name) {
    case 'correct':
      return rank === 0 ? 0 : rank === 1 ? 2 : 1
    case 'top5_correct':
      return rank === 0 || rank === unknownRank ? 0 : rank <= topK ? 2 : 1
    case 'truth_rank':
      return rank === 0 || rank === unknownRank ? NaN : rank
    case 'truth_confidence':
      return confidence
  }
}

export function applyBatch(name: string, array: Packed, batch: StagedBatch): void {
  const n = batch.sampleIds.length
  for (let i = 0; i < n; i++) {
    const row = batch.sampleIds[i]! - 1
    if (row >= array.length) throw new FoibleError('internal', `prediction of an unknown sample ${row + 1}`)
    switch (name) {
      case 'predicted':
        array[row] = batch.topCodes[i * topK]!
        break
      case 'correct':
      case 'top5_correct':
      case 'truth_rank':
      case 'truth_confidence':
        array[row] = judgedValue(name, batch.truthRank[i]!, batch.truthConfidence[i]!)
        break
      case 'confidence':
        array[row] = batch.topProbabilities[i * topK]!
        break
      case 'provider':
        array[row] = batch.providerCode ?? 0
        break
      case 'entropy':
        array[row] = batch.entropy[i]!
        break
      case 'margin':
        array[row] = batch.margin[i]!
        break
      case 'top_codes':
        for (let k = 0; k < topK; k++) array[row * topK + k] = batch.topCodes[i * topK + k]!
        break
      case 'top_probabilities':
        for (let k = 0; k < topK; k++) array[row * topK + k] = batch.topProbabilities[i * topK + k]!
        break
      default:
        throw new Error(`no property ${name satisfies string as NumberProperty}`)
    }
  }
}

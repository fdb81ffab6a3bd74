// From a row of class scores to the top five, the certainty and the rank of the truth. Pure.

/** `independent`: logits that each answer a question of their own (a sigmoid's), so that probabilities need not add up to 1. */
export type ScoreKind = 'logits' | 'probabilities' | 'independent'

export const topCount = 5

export interface RankedScores {
  /** n x 5; unused places: -1 and NaN. */
  readonly topIds: Int32Array
  readonly topProbabilities: Float32Array
  /** Nats. */
  readonly entropy: Float32Array
  readonly margin: Float32Array
  /** NaN without truth. */
  readonly truthConfidence: Float32Array
  /** 1 = right; 0 without truth. */
  readonly truthRank: Uint32Array
}

/** A row this close to a sum of 1 is a distribution: float32 softmaxes of 21,000 classes stay within it. */
const sumTolerance = 1e-3

/** Whether every row is a probability distribution, whatever the graph's last operator is called. */
export function areDistributions(scores: Float32Array, rows: number, classCount: number): boolean {
  for (let row = 0; row < rows; row++) {
    let sum = 0
    for (const score of scores.subarray(row * classCount, (row + 1) * classCount)) {
      if (!(score >= 0 && score <= 1 + sumTolerance)) return false
      sum += score
    }
    if (Math.abs(sum - 1) > sumTolerance) return false
  }
  return rows > 0
}

/**
 * Ranks `acceptedIds.length` rows of `classCount` scores. Logits get a softmax; probabilities stay as they are, unless a row does not sum to 1
 * or ids are masked, where they are divided by their sum; independent logits get a sigmoid each. Of equal scores the lower id comes first.
 * @param allowedIds Ids outside of it take no part; null = all.
 */
export function rankScores(
  scores: Float32Array,
  classCount: number,
  kind: ScoreKind,
  acceptedIds: readonly (readonly number[] | null)[],
  allowedIds: readonly number[] | null,
): RankedScores {
  const rows = acceptedIds.length
  const ids = allowedIds ? Uint32Array.from(allowedIds).sort() : Uint32Array.from({ length: classCount }, (_, id) => id)
  const result: RankedScores = {
    topIds: new Int32Array(rows * topCount).fill(-1),
    topProbabilities: new Float32Array(rows * topCount).fill(Number.NaN),
    entropy: new Float32Array(rows),
    margin: new Float32Array(rows),
    truthConfidence: new Float32Array(rows).fill(Number.NaN),
    truthRank: new Uint32Array(rows),
  }
  const probabilities = new Float64Array(ids.length)
  for (const [row, accepted] of acceptedIds.entries()) {
    const rowScores = scores.subarray(row * classCount, (row + 1) * classCount)
    for (const [i, id] of ids.entries()) probabilities[i] = rowScores[id] ?? 0
    if (kind === 'logits') softmax(probabilities)
    else if (kind === 'independent') sigmoid(probabilities)
    else normaliseSum(probabilities)
    rankRow(probabilities, ids, row, accepted, result)
  }
  return result
}

function softmax(values: Float64Array): void {
  let max = -Infinity
  for (const value of values) if (value > max) max = value
  let sum = 0
  for (let i = 0; i < values.length; i++) {
    const value = Math.exp((values[i] ?? 0) - max)
    values[i] = value
    sum += value
  }
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) / sum
}

/** In float64, so that even the least likely classes keep their order. */
function sigmoid(values: Float64Array): void {
  for (let i = 0; i < values.length; i++) values[i] = 1 / (1 + Math.exp(-(values[i] ?? 0)))
}

function normaliseSum(values: Float64Array): void {
  let sum = 0
  for (const value of values) sum += value
  if (Math.abs(sum - 1) <= sumTolerance || sum === 0) return
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) / sum
}

function rankRow(
  probabilities: Float64Array,
  ids: Uint32Array,
  row: number,
  accepted: readonly number[] | null,
  { topIds, topProbabilities, entropy, margin, truthConfidence, truthRank }: RankedScores,
): void {
  const places = Math.min(topCount, ids.length)
  const best = Array.from({ length: places }, () => -1)
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i] ?? 0
    if (p > at(probabilities, best[places - 1] ?? -1)) insert(best, i, probabilities)
  }
  entropy[row] = entropyOf(probabilities)
  for (const [place, index] of best.entries()) {
    if (index < 0) continue
    topIds[row * topCount + place] = ids[index] ?? -1
    topProbabilities[row * topCount + place] = probabilities[index] ?? Number.NaN
  }
  margin[row] = Math.max(0, at(probabilities, best[0] ?? -1)) - Math.max(0, at(probabilities, best[1] ?? -1))

  let truth = -1
  for (const [i, id] of ids.entries()) {
    if (accepted?.includes(id) === true && (probabilities[i] ?? 0) > at(probabilities, truth)) truth = i
  }
  if (truth < 0) return
  const confidence = probabilities[truth] ?? 0
  let rank = 1
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i] ?? 0
    if (p > confidence || (p === confidence && i < truth)) rank++
  }
  truthConfidence[row] = confidence
  truthRank[row] = rank
}

/** Nats. Of probabilities that do not add up to 1, that of their shares. */
function entropyOf(probabilities: Float64Array): number {
  let sum = 0
  let nats = 0
  for (const p of probabilities) {
    if (!(p > 0)) continue
    nats -= p * Math.log(p)
    sum += p
  }
  return Math.abs(sum - 1) <= sumTolerance || sum === 0 ? nats : nats / sum + Math.log(sum)
}

/** -1 for an empty place, so that a probability of 0 still takes it. */
function at(probabilities: Float64Array, index: number): number {
  return index < 0 ? -1 : (probabilities[index] ?? -1)
}

function insert(best: number[], index: number, probabilities: Float64Array): void {
  const p = probabilities[index] ?? 0
  let place = best.length - 1
  while (place > 0 && p > at(probabilities, best[place - 1] ?? -1)) {
    best[place] = best[place - 1] ?? -1
    place--
  }
  best[place] = index
}

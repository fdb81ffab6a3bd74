// From scores of classes to probabilities of categories that hold several of them. Pure.
import type { ScoreKind } from './rank-scores.ts'

/**
 * The arithmetic mean of the members' softmax probabilities (Geirhos et al. 2018, arXiv 1808.08750), divided by their sum over the
 * categories, which changes no rank and makes them a distribution: rows x groups.
 * @param scores rows x classCount, logits or probabilities.
 * @param groups Ids of the members, one list a category, none of them empty.
 */
export function groupScores(
  scores: Float32Array,
  classCount: number,
  kind: ScoreKind,
  groups: readonly (readonly number[])[],
): Float32Array {
  const rows = scores.length / classCount
  const means = new Float32Array(rows * groups.length)
  for (let row = 0; row < rows; row++) {
    const rowScores = scores.subarray(row * classCount, (row + 1) * classCount)
    const weigh = kind === 'probabilities' ? (score: number) => score : exponentialOver(rowScores, groups)
    const values = groups.map((ids) => ids.reduce((sum, id) => sum + weigh(rowScores[id] ?? 0), 0) / ids.length)
    const total = values.reduce((sum, value) => sum + value, 0)
    values.forEach((value, group) => (means[row * groups.length + group] = total === 0 ? 0 : value / total))
  }
  return means
}

/** What a softmax divides by is the same for all members. The greatest of them is taken off, so that none of their sums is 0. */
function exponentialOver(scores: Float32Array, groups: readonly (readonly number[])[]): (score: number) => number {
  let max = -Infinity
  for (const ids of groups) for (const id of ids) max = Math.max(max, scores[id] ?? -Infinity)
  return (score) => Math.exp(score - max)
}

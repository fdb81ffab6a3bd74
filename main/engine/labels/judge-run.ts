// Judges the stored predictions of a run again where what is accepted has changed.
import { rightCode, wrongCode } from '#core/columns/column.ts'
import { judgeAnswers } from '#core/labels/judge-answers.ts'
import type { Judgements } from '#store/run-arrays.ts'
import type { RunRecord } from '#store/run-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { Truth } from '../runs/truth.ts'
import { idsOfAnswers } from './label-space.ts'
import type { KeptRanks } from './kept-ranks.ts'

export interface JudgedRun extends Judgements {
  /** Ranks that were exact and that the kept answers do not tell. */
  readonly lost: ReturnType<KeptRanks['get']> & {}
}

/**
 * Rows whose accepted ids are the same keep their judgement, exact as it is. `remembered` has ranks that were exact under
 * `after` before.
 */
export function judgeRun(
  dataset: DatasetHandle,
  run: RunRecord,
  before: Truth,
  after: Truth,
  remembered: KeptRanks,
): JudgedRun {
  const columns = dataset.columns.runColumns(run.model)
  const { codes } = columns.predicted
  const ids = idsOfAnswers(dataset.columns, run)
  const truth = columns.truth
  const known = remembered.get(run.id)
  const rows: number[] = []
  const ranks: number[] = []
  const confidences: number[] = []
  const lost: JudgedRun['lost'] = new Map()
  for (let row = 0; row < codes.length; row++) {
    if (codes[row] === 0) continue
    const accepted = after.acceptedIds(row)
    const acceptedBefore = before.acceptedIds(row)
    if (isSameSet(acceptedBefore, accepted)) continue
    const answers = columns.answers(row).map(({ code, probability }) => ({ id: ids[code - 1] ?? -1, probability }))
    const stored = { rank: truth.ranks[row]! || 0, confidence: truth.confidences[row]! }
    // A verdict that the mapping does not give came with the predictions: their source has the last word.
    if (run.provider === 'imported' && columns.correct[row] !== verdictOf(judgeAnswers(answers, acceptedBefore).rank)) {
      continue
    }
    const judged = judgeAnswers(answers, accepted)
    const { rank, confidence } = (judged.rank > answers.length && known?.get(row)) || judged
    if (stored.rank > answers.length && !Number.isNaN(stored.confidence)) lost.set(row, stored)
    rows.push(row)
    ranks.push(rank)
    confidences.push(confidence)
  }
  return {
    rows: Uint32Array.from(rows),
    ranks: Uint32Array.from(ranks),
    confidences: Float32Array.from(confidences),
    lost,
  }
}

/** As in a run's column: 0 = not judged. */
function verdictOf(rank: number): number {
  return rank === 0 ? 0 : rank === 1 ? rightCode : wrongCode
}

function isSameSet(a: readonly number[] | null, b: readonly number[] | null): boolean {
  if (a === b) return true
  if (a === null || b === null || a.length !== b.length) return false
  return a.every((id) => b.includes(id))
}

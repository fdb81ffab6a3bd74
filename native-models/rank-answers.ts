// From a model's scores to what a run may answer under its plan. Pure.
import { groupScores } from './group-scores.ts'
import type { AnswerPlan } from './predictor.ts'
import { type RankedScores, type ScoreKind, rankScores } from './rank-scores.ts'

/**
 * @param scores One row an accepted set, of all classes that the plan starts from: texts for a zero-shot plan, else the model's.
 * @param acceptedIds Ids of the plan's answers, see `rankScores`.
 */
export function rankAnswers(
  answers: AnswerPlan,
  scores: Float32Array,
  classCount: number,
  kind: ScoreKind,
  acceptedIds: readonly (readonly number[] | null)[],
): RankedScores {
  switch (answers.kind) {
    case 'all':
    case 'zero-shot':
      return rankScores(scores, classCount, kind, acceptedIds, null)
    case 'masked':
      return rankScores(scores, classCount, kind, acceptedIds, answers.ids)
    case 'grouped': {
      const grouped = groupScores(scores, classCount, kind, answers.groups)
      return rankScores(grouped, answers.groups.length, 'probabilities', acceptedIds, null)
    }
  }
}

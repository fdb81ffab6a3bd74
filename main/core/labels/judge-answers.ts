// Judges a prediction of which only the best answers were kept.

/** Answers kept of each prediction. */
export const keptAnswers = 5

/** A wrong prediction with fewer answers than are kept: whether the right one would have been among the first five is not known. */
export const unknownRank = 0xffff_ffff

export interface Judgement {
  /** Place of the best right answer, from 1; 6 where it lies below five; `unknownRank` below fewer; 0 = not judged. */
  readonly rank: number
  /** Probability of that answer; NaN where it lies below what was kept, or none was given. */
  readonly confidence: number
}

/** `answers`: class ids, best first. `accepted`: the ids that are right, null where nothing is known to be. */
export function judgeAnswers(
  answers: readonly { readonly id: number; readonly probability: number }[],
  accepted: readonly number[] | null,
): Judgement {
  if (accepted === null) return { rank: 0, confidence: NaN }
  const place = answers.findIndex(({ id }) => accepted.includes(id))
  return place < 0
    ? { rank: rankBelow(answers.length), confidence: NaN }
    : { rank: place + 1, confidence: answers[place]!.probability }
}

/** The rank of a right answer that is not among the `count` answers that there are. */
export function rankBelow(count: number): number {
  return count < keptAnswers ? unknownRank : count + 1
}

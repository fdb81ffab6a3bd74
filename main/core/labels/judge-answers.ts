// Judges a prediction of which only the best answers were kept.

export interface Judgement {
  /** Place of the best right answer, from 1; one more than was kept where it lies below them; 0 = not judged. */
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
    ? { rank: answers.length + 1, confidence: NaN }
    : { rank: place + 1, confidence: answers[place]!.probability }
}

// Whether another provider's scores are the processor's. Pure.

/** Of the range of the scores: devices round differently, and some multiply in 16 or 19 bits. */
const greatestShare = 0.02
/** First places may change where the processor's own first two are this close, as a share of the range: rounding decides there. */
const closeShare = 0.002

export interface Disagreement {
  /** `scores`: they lie further apart than rounding explains; `top1`: an image has another first answer. */
  readonly kind: 'scores' | 'top1'
  /** Greatest difference of two scores as a share of the processor's range; NaN where a score is none. */
  readonly share: number
}

/**
 * Compares rows of `width` scores; null where they agree.
 * @param ranks Whether the greatest score of a row means something, as it does of classes and not of embeddings.
 */
export function compareScores(
  expected: Float32Array,
  found: Float32Array,
  width: number,
  ranks: boolean,
): Disagreement | null {
  if (expected.length !== found.length) return { kind: 'scores', share: Number.NaN }
  let low = Infinity
  let high = -Infinity
  let difference = 0
  for (const [i, value] of expected.entries()) {
    low = Math.min(low, value)
    high = Math.max(high, value)
    // A score that is no number on both sides is the model's doing; on one side it is the provider's.
    if (Number.isNaN(value) && Number.isNaN(found[i])) continue
    difference = Math.max(difference, Math.abs(value - (found[i] ?? Number.NaN)))
  }
  const range = high > low ? high - low : 1
  const share = difference / range
  if (!(share <= greatestShare)) return { kind: 'scores', share }
  if (!ranks) return null
  for (let start = 0; start < expected.length; start += width) {
    const own = expected.subarray(start, start + width)
    const best = own[indexOfGreatest(own)] ?? Number.NaN
    const other = own[indexOfGreatest(found.subarray(start, start + width))] ?? Number.NaN
    if (best - other > closeShare * range) return { kind: 'top1', share }
  }
  return null
}

function indexOfGreatest(values: Float32Array): number {
  let best = 0
  for (const [i, value] of values.entries()) if (value > (values[best] ?? 0)) best = i
  return best
}

/** A sentence about the provider. */
export function describeDisagreement({ kind, share }: Disagreement): string {
  if (Number.isNaN(share)) return 'some of its scores are no numbers where the processor’s are'
  const percent = `${(share * 100).toPrecision(2)} %`
  if (kind === 'scores') return `its scores differ from the processor’s by up to ${percent} of their range`
  return `it ranks another class first than the processor does, with scores that differ by up to ${percent} of their range`
}

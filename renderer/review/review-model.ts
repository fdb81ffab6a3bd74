// What the review does with a queue of samples: which are shown, which are fetched together, what is said of them. Pure.
import type { InferredField, ReviewItem } from '#contract/infer.ts'
import { formatCount, formatRate } from '#core/format/numbers.ts'

/** Samples around the current one whose details are asked for together; neighbours share most of a window. */
const windowSize = 16

/** Ids of the current sample's window: its block of the queue, the one before and the one after. */
export function windowIds(ids: Uint32Array, at: number): number[] {
  const block = Math.floor(at / windowSize)
  return Array.from(ids.subarray(Math.max(0, block - 1) * windowSize, (block + 2) * windowSize))
}

/** Of the strip: places around the current one, shifted at the ends so that it stays as long as it can. */
export function stripPlaces(length: number, at: number, count: number): number[] {
  const shown = Math.min(count, length)
  const from = Math.min(Math.max(0, at - Math.floor(count / 3)), length - shown)
  return Array.from({ length: shown }, (_, i) => from + i)
}

/** Values in the order of the keys 1 to 5: the model's own, best first. */
export function choicesOf({
  candidates,
  value,
}: ReviewItem): readonly { readonly value: string; readonly stands: boolean }[] {
  return candidates.map((candidate) => ({ value: candidate, stands: candidate === value }))
}

/** Values that hold the text: those that start with it first, then those of which a word does. */
export function findValues(words: readonly string[], text: string, limit: number): readonly string[] {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return words.slice(0, limit)
  const placeOf = (word: string) => {
    const at = word.toLowerCase().indexOf(wanted)
    if (at <= 0) return at
    return /[\s_/-]/.test(word[at - 1]!) ? 1 : 2
  }
  return words
    .map((word, index) => ({ word, index, place: placeOf(word) }))
    .filter(({ place }) => place >= 0)
    .sort((a, b) => a.place - b.place || a.index - b.index)
    .slice(0, limit)
    .map(({ word }) => word)
}

/** "312 of 1,485 decided: 290 as the model said, 20 otherwise, 2 with none." */
export function progressSentence({ reviewed, changed, cleared, samples, open }: InferredField): string {
  const asked = samples - open
  if (reviewed === 0) return `Nobody has looked at these ${formatCount(asked)} values yet.`
  const parts = [
    `${formatCount(reviewed - changed - cleared)} as the model said`,
    ...(changed > 0 ? [`${formatCount(changed)} otherwise`] : []),
    ...(cleared > 0 ? [`${formatCount(cleared)} with none`] : []),
  ]
  return `${formatCount(reviewed)} of ${formatCount(asked)} decided: ${parts.join(', ')}.`
}

/** "score 62 %, margin 8.1 %" */
export function certainty({ score, margin }: Pick<ReviewItem, 'score' | 'margin'>): string {
  if (score === null || margin === null) return 'not inferred'
  return `score ${formatRate(score)}, margin ${formatRate(margin)}`
}

/** What a screen reader is told of the current sample. */
export function describeItem(item: ReviewItem, at: number, length: number): string {
  const value = item.value ?? 'no value'
  const who = item.source === 'person' ? 'decided' : certainty(item)
  return `${at + 1} of ${length}: ${value}, ${who}`
}

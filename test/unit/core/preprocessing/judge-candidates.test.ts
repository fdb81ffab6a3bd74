import { describe, expect, it } from 'vitest'
import { type Outcomes, compareOutcomes } from '#core/preprocessing/compare-outcomes.ts'
import {
  type Candidate,
  type Confirmation,
  judgeCandidates,
  rankCandidates,
} from '#core/preprocessing/judge-candidates.ts'

/** `right` of 60 images in the first places; the others at place `otherwise`. */
function outcomes(right: number, otherwise = 20): Outcomes {
  const rank = Uint32Array.from({ length: 60 }, (_, i) => (i < right ? 1 : otherwise))
  return { rank, truth: Float64Array.from(rank, (place) => 1 / place), entropy: new Float64Array(60) }
}

const candidate = (name: string, result: Outcomes | null): Candidate<string> => ({
  feeding: name,
  name,
  outcomes: result,
})
const own = candidate('as it is', outcomes(40))
const rank = (...others: readonly Candidate<string>[]) => rankCandidates([own, ...others], own)
const words = 'The preprocessing of card.json'

function confirm(right: number, ownRight: number, change: Partial<Confirmation> = {}): Confirmation {
  const paired = compareOutcomes(outcomes(right), outcomes(ownRight))
  return { name: 'BGR', images: 60, right, ownRight, paired, isOtherCut: false, ...change }
}

describe('rankCandidates', () => {
  it('[PP209] puts what is better beyond chance first, then the model’s own, what is level, what is worse, what does not run', () => {
    const ranked = rank(
      candidate('NHWC', null),
      candidate('bytes', outcomes(3)),
      candidate('bilinear', outcomes(42)),
      candidate('BGR', outcomes(58)),
      candidate('unit', outcomes(12)),
      candidate('nearest', outcomes(41)),
    )
    expect(ranked.map(({ name, standing }) => `${name}: ${standing}`)).toEqual([
      'BGR: ahead',
      'as it is: own',
      'bilinear: level',
      'nearest: level',
      'unit: behind',
      'bytes: behind',
      'NHWC: refused',
    ])
  })

  it('[PP210] asks for more the more candidates there are', () => {
    // 6 to 0: p = 2 * 2^-6 = .031 alone.
    const better = candidate('BGR', outcomes(46, 20))
    const ties = Array.from({ length: 9 }, (_, i) => candidate(`other ${i}`, outcomes(40)))
    expect(rank(better)[0]).toMatchObject({ name: 'BGR', standing: 'ahead' })
    expect(rank(better, ...ties)[0]).toMatchObject({ name: 'as it is', standing: 'own' })
  })
})

describe('judgeCandidates', () => {
  it('[PP211] says that the model’s own is the best, with the next', () => {
    const verdict = judgeCandidates(
      rank(candidate('BGR', outcomes(12)), candidate('nearest', outcomes(39))),
      words,
      null,
    )
    expect(verdict).toMatchObject({
      kind: 'best',
      sentence:
        'The preprocessing of card.json is the best of 3 ways by 60 images: right on 40, the next, “nearest”, on 39.',
    })
  })

  it('[PP212] does not call it beaten by what chance explains', () => {
    const verdict = judgeCandidates(
      rank(candidate('BGR', outcomes(12)), candidate('nearest', outcomes(42))),
      words,
      null,
    )
    expect(verdict).toMatchObject({
      kind: 'level',
      sentence:
        'The preprocessing of card.json is not beaten beyond chance by any of 2 other ways: right on 40 of 60 images, “nearest” on 42 (p = .50).',
    })
  })

  it('[PP213] calls it wrong only where fresh images say so too', () => {
    const ranked = rank(candidate('BGR', outcomes(58)))
    expect(judgeCandidates(ranked, words, confirm(51, 12))).toMatchObject({
      kind: 'wrong',
      sentence:
        '“BGR” is right on 51 of 60 fresh images where the preprocessing of card.json is right on 12 (p < .001).',
      advice: expect.stringMatching(/probably wrong\. Use “BGR”/),
    })
    expect(judgeCandidates(ranked, words, confirm(41, 40))).toMatchObject({
      kind: 'level',
      sentence: expect.stringMatching(/on 60 other images not beyond chance: right on 41, against 40/),
    })
  })

  it('[PP214] leaves open whether the images or the card are at fault where only the cut differs', () => {
    const ranked = rank(candidate('nearest', outcomes(58)))
    const verdict = judgeCandidates(ranked, words, confirm(55, 40, { name: 'nearest', isOtherCut: true }))
    expect(verdict).toMatchObject({ kind: 'cut', advice: expect.stringMatching(/may be these images/) })
  })

  it('[PP215] says it where the right class comes higher up, but is no more often first', () => {
    const paired = compareOutcomes(outcomes(10, 5), outcomes(10, 50))
    const verdict = judgeCandidates(rank(candidate('BGR', outcomes(58))), words, { ...confirm(10, 10), paired })
    expect(verdict.sentence).toMatch(
      /^With “BGR” the right class comes higher up .* on 50 of 60 fresh images, and further down on 0/,
    )
  })

  it('[PP216] admits that the images tell nothing apart, and why that may be', () => {
    const level = judgeCandidates(rank(candidate('BGR', outcomes(41))), words, null)
    expect(level).toMatchObject({ kind: 'unclear', advice: 'Check with more images.' })
    const blind = candidate('as it is', outcomes(1))
    const ranked = rankCandidates([blind, candidate('BGR', outcomes(0))], blind)
    expect(judgeCandidates(ranked, words, null).advice).toMatch(/classes are the model’s/)
  })
})

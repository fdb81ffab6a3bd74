// What a check of a model's preprocessing says: the order of the candidates, the verdict, and both in words. Pure.
import { formatProbability } from '../format/numbers.ts'
import { holm } from '../statistics/holm.ts'
import { type Outcomes, type Paired, compareFigures, compareOutcomes, countRight } from './compare-outcomes.ts'

/** Against the model's own preprocessing, beyond chance for all candidates together. */
export type Standing = 'own' | 'ahead' | 'level' | 'behind' | 'refused'

export interface Candidate<T> {
  readonly feeding: T
  /** What sets it apart from the model's own. */
  readonly name: string
  /** Null where the model cannot be fed so. */
  readonly outcomes: Outcomes | null
}

export interface JudgedCandidate<T> extends Candidate<T> {
  readonly standing: Standing
  /** Null for the model's own, and where it could not be fed. */
  readonly paired: Paired | null
}

/** Errors of the whole family of comparisons, and of the one on fresh images. */
export const significance = 0.05

/**
 * @param own One of the candidates.
 * @returns Those that are better beyond chance, the model's own, those that are not told from it, the worse ones and the impossible; within
 * each by right answers, then by the places of the right class.
 */
export function rankCandidates<T>(candidates: readonly Candidate<T>[], own: Candidate<T>): JudgedCandidate<T>[] {
  const base = own.outcomes
  const others = candidates.filter((candidate) => candidate !== own)
  const pairs = others.map(({ outcomes }) =>
    outcomes === null || base === null ? null : compareOutcomes(outcomes, base),
  )
  const adjusted = holm(pairs.map((pair) => pair?.p ?? 1))
  const judged = others.map((candidate, i): JudgedCandidate<T> => {
    const paired = pairs[i] ?? null
    return { ...candidate, paired, standing: standingOf(paired, adjusted[i] ?? 1) }
  })
  const order: readonly Standing[] = ['ahead', 'own', 'level', 'behind', 'refused']
  return [{ ...own, paired: null, standing: 'own' as const }, ...judged].toSorted(
    (a, b) => order.indexOf(a.standing) - order.indexOf(b.standing) || compareOrNone(a.outcomes, b.outcomes),
  )
}

function standingOf(paired: Paired | null, adjustedP: number): Standing {
  if (paired === null) return 'refused'
  if (adjustedP > significance || paired.favours === 0) return 'level'
  return paired.favours > 0 ? 'ahead' : 'behind'
}

function compareOrNone(a: Outcomes | null, b: Outcomes | null): number {
  return a === null || b === null ? 0 : compareFigures(a, b)
}

/** The best candidate of the search and the model's own, on images that had no part in choosing it. */
export interface Confirmation {
  readonly name: string
  readonly images: number
  readonly right: number
  readonly ownRight: number
  readonly paired: Paired
  /** Only how much is cut off differs, or the filter: that may suit these images, and says less of the card. */
  readonly isOtherCut: boolean
}

export interface Verdict {
  /**
   * `best`: no candidate has more right answers; `level`: some have, by no more than chance; `wrong`: one is better on fresh images too, and
   * `cut`: so is one that differs by its cut or filter alone; `unclear`: the images tell nothing apart.
   */
  readonly kind: 'best' | 'level' | 'wrong' | 'cut' | 'unclear'
  readonly sentence: string
  readonly advice: string
}

/**
 * @param ownWords The model's own preprocessing as the subject of a sentence: "What preprocessor_config.json says".
 * @param confirmation Null where the search found nothing to confirm.
 */
export function judgeCandidates<T>(
  ranked: readonly JudgedCandidate<T>[],
  ownWords: string,
  confirmation: Confirmation | null,
): Verdict {
  const tried = ranked.filter(({ outcomes }) => outcomes !== null)
  const own = ranked.find(({ standing }) => standing === 'own')?.outcomes
  if (own == null) throw new Error('the model’s own preprocessing was not tried')
  const images = own.rank.length
  if (confirmation !== null && isBetter(confirmation)) return judgeBetter(ownWords, confirmation)
  const most = Math.max(...tried.map(({ outcomes }) => countRight(outcomes!)))
  const right = countRight(own)
  const isBlind = ranked.every(({ standing }) => standing !== 'ahead' && standing !== 'behind')
  if (isBlind) {
    return {
      kind: 'unclear',
      sentence: `${images} images cannot tell these ${tried.length} ways apart: right on ${right} as the model is fed now, on at most ${most} in any other way.`,
      advice:
        most <= Math.max(1, images * 0.05)
          ? 'Hardly an answer is right in any way: see whether the dataset’s classes are the model’s.'
          : 'Check with more images.',
    }
  }
  if (confirmation !== null) {
    const { name, images: fresh, right: hits, ownRight, paired } = confirmation
    return {
      kind: 'level',
      sentence: `“${name}” came out ahead of ${lower(ownWords)}, but on ${fresh} other images not beyond chance: right on ${hits}, against ${ownRight} (${formatProbability('p', paired.p)}).`,
      advice: 'Nothing speaks against the preprocessing as it is; more images may tell.',
    }
  }
  const next = tried
    .filter(({ standing }) => standing !== 'own')
    .toSorted((a, b) => compareOrNone(a.outcomes, b.outcomes))[0]
  const nextRight = next === undefined ? 0 : countRight(next.outcomes!)
  if (next !== undefined && nextRight > right) {
    return {
      kind: 'level',
      sentence: `${ownWords} is not beaten beyond chance by any of ${tried.length - 1} other ways: right on ${right} of ${images} images, “${next.name}” on ${nextRight} (${formatProbability('p', next.paired!.p)}).`,
      advice: 'Nothing speaks against the preprocessing as it is.',
    }
  }
  return {
    kind: 'best',
    sentence: `${ownWords} is the best of ${tried.length} ways by ${images} images: right on ${right}, the next, “${next?.name ?? ''}”, on ${nextRight}.`,
    advice: 'Nothing speaks against the preprocessing as it is.',
  }
}

export function isBetter({ paired }: Confirmation): boolean {
  return paired.favours > 0 && paired.p <= significance
}

function judgeBetter(ownWords: string, { name, images, right, ownRight, paired, isOtherCut }: Confirmation): Verdict {
  const p = formatProbability('p', paired.p)
  const sentence =
    right > ownRight
      ? `“${name}” is right on ${right} of ${images} fresh images where ${lower(ownWords)} is right on ${ownRight} (${p}).`
      : `With “${name}” the right class comes higher up than with ${lower(ownWords)} on ${paired.higher} of ${images} fresh images, and further down on ${paired.lower} (${p}).`
  if (isOtherCut) {
    return {
      kind: 'cut',
      sentence,
      advice:
        'That may be these images rather than a mistake: figures of models are comparable where they are cut alike.',
    }
  }
  return {
    kind: 'wrong',
    sentence,
    advice: `${ownWords} is probably wrong. Use “${name}”, and predict again what was predicted so.`,
  }
}

/** Behind other words; names of files keep their case. */
function lower(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1)
}

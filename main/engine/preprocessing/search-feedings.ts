// Looks for a better way to feed a model than its own: the one factor that helps most, then the next from there. Knows no process.
import { type Outcomes, compareFigures, compareOutcomes } from '#core/preprocessing/compare-outcomes.ts'
import type { ModelSpec } from '#models/model-spec.ts'
import {
  type Factor,
  type Feeding,
  differingFactors,
  factors,
  isSameFeeding,
  listCandidates,
  withFactorOf,
} from '#models/preprocess/list-candidates.ts'

export interface TriedFeeding {
  readonly feeding: Feeding
  /** Null where the model cannot be fed so. */
  readonly outcomes: Outcomes | null
}

export interface FeedingSearch {
  /** The model's own first. */
  readonly tried: readonly TriedFeeding[]
  /** The model's own where nothing came out ahead. */
  readonly best: TriedFeeding
  /** It ran out of time before all had been tried. */
  readonly isCutShort: boolean
}

export interface SearchSteps {
  /** Outcomes on the same images each time, one an entry. */
  readonly score: (feedings: readonly Feeding[], factor: Factor) => Promise<readonly (Outcomes | null)[]>
  /** Says before each factor, of so many feedings, whether there is no time for it. */
  readonly isOver: (open: number) => boolean
}

/** One factor is changed a move, the one that helps most: a mistake in another may still hide behind it. */
const mostMoves = 4
/** What the search follows; whether it is true is for other images to say. */
const followedP = 0.05

/** Throws whatever `score` throws. */
export async function searchFeedings(
  model: Pick<ModelSpec, 'input' | 'width' | 'height'>,
  own: TriedFeeding,
  { score, isOver }: SearchSteps,
): Promise<FeedingSearch> {
  const tried: TriedFeeding[] = [own]
  let best = own
  for (let move = 0; move < mostMoves; move++) {
    const base = best
    const ahead: TriedFeeding[] = []
    for (const factor of factors) {
      const open = listCandidates(base.feeding, factor, model).filter(
        (feeding) => !tried.some((other) => isSameFeeding(other.feeding, feeding) || isRefused(other, feeding)),
      )
      if (open.length === 0) continue
      if (isOver(open.length)) return { tried, best: ahead.reduce(betterOf, base), isCutShort: true }
      const outcomes = await score(open, factor)
      const found = open.map((feeding, i): TriedFeeding => ({ feeding, outcomes: outcomes[i] ?? null }))
      tried.push(...found)
      ahead.push(...found.filter((candidate) => isAhead(candidate, base)))
    }
    if (ahead.length === 0) break
    best = ahead.reduce(betterOf)
  }
  return { tried, best: await simplify(own, best, tried, score), isCutShort: false }
}

/**
 * A factor that was followed while another one was still wrong may have meant nothing: what can be as the model's own without harm is.
 * What is scored for that is added to `tried`.
 */
async function simplify(
  own: TriedFeeding,
  found: TriedFeeding,
  tried: TriedFeeding[],
  score: SearchSteps['score'],
): Promise<TriedFeeding> {
  let best = found
  const changed = differingFactors(own.feeding, found.feeding)
  for (const factor of changed.length < 2 ? [] : changed.toReversed()) {
    const feeding = withFactorOf(best.feeding, factor, own.feeding)
    const known = tried.find((other) => isSameFeeding(other.feeding, feeding))
    const simpler = known ?? { feeding, outcomes: (await score([feeding], factor))[0] ?? null }
    if (known === undefined) tried.push(simpler)
    if (simpler.outcomes !== null && !isAhead(best, simpler)) best = simpler
  }
  return best
}

/** By their figures, between candidates that are both ahead. */
function betterOf(a: TriedFeeding, b: TriedFeeding): TriedFeeding {
  if (a.outcomes === null || b.outcomes === null) return a
  return compareFigures(b.outcomes, a.outcomes) < 0 ? b : a
}

function isAhead({ outcomes }: TriedFeeding, leader: TriedFeeding): boolean {
  if (outcomes === null || leader.outcomes === null) return false
  const { p, favours } = compareOutcomes(outcomes, leader.outcomes)
  return favours > 0 && p <= followedP
}

/** A graph that takes no such layout takes it under no other values either. */
function isRefused({ feeding, outcomes }: TriedFeeding, { layout }: Feeding): boolean {
  return outcomes === null && feeding.layout === layout
}

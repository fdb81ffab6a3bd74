// What discovery adds to the Overview's findings: pairs of values, ranges of numbers, and what they explain. Pure.
import type { Overview, RankedFinding } from '#contract/analysis.ts'
import type { Discovered, Discovery } from '#contract/discovery.ts'
import { formatCount } from '#core/format/numbers.ts'
import { valueText } from '../parts/filters.ts'

export interface Combination {
  readonly finding: RankedFinding
  /** Slices that this one explains. */
  readonly explains: number
}

/** Slices that stand by themselves and that no finding of a single field says already; `more` and easier ones apart. */
export function combinationsOf(
  { found }: Pick<Discovery, 'found'>,
  { findings, easier }: Pick<Overview, 'findings' | 'easier'>,
): { readonly harder: readonly Combination[]; readonly easier: readonly Combination[] } {
  const said = new Set([...findings, ...easier].map(({ field, value }) => JSON.stringify([field, value])))
  const explained = new Map<number, number>()
  for (const { explainedBy } of found) {
    if (explainedBy !== null) explained.set(explainedBy, (explained.get(explainedBy) ?? 0) + 1)
  }
  const combinations = found.flatMap((slice, place): Combination[] => {
    const [first, second] = slice.parts
    if (slice.explainedBy !== null || first === undefined) return []
    if (second === undefined && said.has(JSON.stringify([first.field, first.value]))) return []
    return [{ finding: toFinding(slice), explains: explained.get(place) ?? 0 }]
  })
  return {
    harder: combinations.filter(({ finding }) => finding.badge !== 'less'),
    easier: combinations.filter(({ finding }) => finding.badge === 'less'),
  }
}

/** A slice of one or two fields as the card of one finding shows it. */
function toFinding({
  parts,
  explainedBy: _parent,
  withinParent: _p,
  p: _mid,
  ebMean: _mean,
  ...rest
}: Discovered): RankedFinding {
  return {
    ...rest,
    field: parts.map(({ field }) => field).join(' and '),
    value: parts.map(({ value }) => valueText(value)).join(' × '),
  }
}

/** What was tested, that q is corrected over all of it, and what is not shown. */
export function discoverySentence({ power, found, total }: Pick<Discovery, 'power' | 'found' | 'total'>): string {
  const folded = found.filter(({ explainedBy }) => explainedBy !== null).length
  return [
    power,
    'q is corrected over all of them at once.',
    ...(folded === 0 ? [] : [`${formatCount(folded)} more are explained by one of their values, and folded.`]),
    ...(total > found.length ? [`${formatCount(total - found.length)} weaker ones are not listed.`] : []),
  ].join(' ')
}

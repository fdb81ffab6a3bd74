// What discovery adds to the Overview's findings: pairs of values, ranges of numbers, and what they explain. Pure.
import type { Overview, RankedFinding } from '#contract/analysis.ts'
import type { Discovered, Discovery } from '#contract/discovery.ts'
import { formatCount, formatRate } from '#core/format/numbers.ts'
import { formatOf } from '../charts/figures.ts'
import { formatPlural } from '../common/figures.ts'
import { findingKey } from './overview-model.ts'

export interface Combination {
  readonly finding: RankedFinding
  /** What it explains, or what it stands out through; null where there is nothing to add. */
  readonly note: string | null
}

/** Slices that stand by themselves and that no finding of a single field says already; `more` and easier ones apart. */
export function combinationsOf(
  { found }: Pick<Discovery, 'found'>,
  { findings, easier }: Pick<Overview, 'findings' | 'easier'>,
): { readonly harder: readonly Combination[]; readonly easier: readonly Combination[] } {
  const said = new Set([...findings, ...easier].map(findingKey))
  const explained = new Map<number, number>()
  for (const { explainedBy } of found) {
    if (explainedBy !== null) explained.set(explainedBy, (explained.get(explainedBy) ?? 0) + 1)
  }
  const combinations = found.flatMap((slice, place): Combination[] => {
    const [first, second] = slice.parts
    if (slice.explainedBy !== null || first === undefined) return []
    if (second === undefined && said.has(findingKey(first))) return []
    const explains = explained.get(place) ?? 0
    const carried = slice.carried === null ? [] : [carriedText(slice.carried, found)]
    const notes = [...(explains === 0 ? [] : [`explains ${formatPlural(explains, 'further slice')}`]), ...carried]
    return [{ finding: toFinding(slice), note: notes.length === 0 ? null : notes.join('; ') }]
  })
  return {
    harder: combinations.filter(({ finding }) => finding.badge !== 'less'),
    easier: combinations.filter(({ finding }) => finding.badge === 'less'),
  }
}

/** A slice of one or two fields as the card of one finding shows it. */
function toFinding(slice: Discovered): RankedFinding {
  const { parts, title, badge, sentence, n, failures, rate, wilson, expected, q, ebLower, filter, strip } = slice
  const field = parts.map((part) => part.field).join(' and ')
  return { field, value: title, badge, sentence, n, failures, rate, wilson, expected, q, ebLower, filter, strip }
}

/** What is left, without these, of findings of one value that stand out only through pairs of it; by `findingKey`. */
export function carriedNotes({ found }: Pick<Discovery, 'found'>): ReadonlyMap<string, string> {
  return new Map(
    found.flatMap(({ parts, carried }) =>
      carried === null ? [] : [[findingKey(parts[0]!), carriedText(carried, found)] as const],
    ),
  )
}

function carriedText({ by, rest }: NonNullable<Discovered['carried']>, found: readonly Discovered[]): string {
  const pairs = by.map((place) => found[place]!.title)
  const names = pairs.length > 2 ? `${formatCount(pairs.length)} of its pairs` : pairs.join(' and ')
  const others =
    rest.n === 0
      ? 'it has no other images'
      : `of the others ${formatOf(rest.failures, rest.n)} fail (${formatRate(rest.failures / rest.n)}), which could be chance`
  return `only through ${names}: ${others}`
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

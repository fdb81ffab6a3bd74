// Facets as the panel lays them out, and what a range or a tag does to the filter. Pure.
import type { DatasetSummary } from '#contract/library.ts'
import type { Counts, Facet } from '#contract/query.ts'
import { clausesOf, fromClauses, namedValues, valueState, withoutOwn } from '#core/filter/clauses.ts'
import type { FilterExpr, Path, Scalar } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'
import { samePath } from '#core/filter/names.ts'

export const sectionTitles = {
  nuisance: 'Causes',
  class: 'Class',
  run: 'Models',
  plain: 'Fields',
  file: 'File',
} as const
export type SectionId = keyof typeof sectionTitles

export interface FacetSection {
  readonly id: SectionId
  readonly facets: readonly Facet[]
}

const sectionOrder: readonly SectionId[] = ['run', 'nuisance', 'class', 'plain', 'file']

/** Facets by what they mean: who is right first, then causes of failure, the class, the rest. Empty sections are left out. */
export function facetSections(counts: Counts, dataset: DatasetSummary, search: string): readonly FacetSection[] {
  const wanted = counts.facets.filter((facet) => matchesSearch(facet, search))
  return sectionOrder
    .map((id) => ({ id, facets: wanted.filter(({ path }) => sectionOf(path, dataset) === id) }))
    .filter(({ facets }) => facets.length > 0)
}

/** The facets as a search finds them: whole where their names hold it, else with what the engine found among their values. */
export function withFound(counts: Counts, found: Counts | null, search: string): Counts {
  const needle = search.trim().toLowerCase()
  if (needle === '' || found === null) return counts
  const facets = counts.facets.map((facet) =>
    facet.name.toLowerCase().includes(needle) ? facet : (found.facets.find(({ name }) => name === facet.name) ?? facet),
  )
  return { ...counts, facets }
}

function sectionOf(path: Path, dataset: DatasetSummary): SectionId {
  if (path.kind === 'run') return 'run'
  if (path.kind === 'source') return 'plain'
  const own = path.kind === 'field' ? path.name : path.field
  const field = dataset.fields.find(({ name }) => name === own)
  if (field === undefined || field.builtIn) return 'file'
  return field.role
}

function matchesSearch(facet: Facet, search: string): boolean {
  const needle = search.trim().toLowerCase()
  if (needle === '' || facet.name.toLowerCase().includes(needle)) return true
  return facet.kind === 'values' && facet.values.some(({ value }) => String(value).toLowerCase().includes(needle))
}

export interface FacetRow {
  readonly value: Scalar | null
  readonly count: number
  readonly state: 'included' | 'excluded' | 'neutral'
}

/** The rows of a facet: its values, those of the filter that are not among them, and the missing ones last. */
export function facetRows(facet: Facet & { kind: 'values' }, filter: FilterExpr, search = ''): readonly FacetRow[] {
  const row = (value: Scalar | null, count: number): FacetRow => ({
    value,
    count,
    state: valueState(filter, facet.path, value),
  })
  const present = facet.values.filter(({ value }) => value !== null).map(({ value, count }) => row(value, count))
  const absent = namedValues(filter, facet.path)
    .filter((value) => !present.some((known) => known.value === value))
    .map((value) => row(value, 0))
  const missing =
    facet.missing > 0 || valueState(filter, facet.path, null) !== 'neutral' ? [row(null, facet.missing)] : []
  const needle = search.trim().toLowerCase()
  return [...absent, ...present, ...missing].filter(
    ({ value }) =>
      needle === '' ||
      String(value ?? 'missing')
        .toLowerCase()
        .includes(needle),
  )
}

/** True if the filter speaks of this path alone somewhere: the facet is in use. */
export function isActivePath(filter: FilterExpr, path: Path): boolean {
  return formatFilter(withoutOwn(filter, path)) !== formatFilter(filter)
}

export interface Range {
  readonly low: number
  readonly high: number
}

/** The range that the filter sets for a path; null if none. */
export function rangeOf(filter: FilterExpr, path: Path): Range | null {
  for (const clause of clausesOf(filter)) {
    if (clause.kind === 'between' && samePath(clause.path, path)) return { low: clause.low, high: clause.high }
  }
  return null
}

/** The filter with this range for the path in place of what it said of it; null takes the range away. */
export function withRange(filter: FilterExpr, path: Path, range: Range | null): FilterExpr {
  const rest = withoutOwn(filter, path)
  if (range === null) return rest
  const clause: FilterExpr = {
    kind: 'between',
    path,
    low: Math.min(range.low, range.high),
    high: Math.max(range.low, range.high),
  }
  return fromClauses([...clausesOf(rest), clause])
}

export function tagState(filter: FilterExpr, tag: string): FacetRow['state'] {
  const texts = clausesOf(filter).map(formatFilter)
  if (texts.includes(formatFilter({ kind: 'tagged', tag }))) return 'included'
  return texts.includes(formatFilter({ kind: 'not', item: { kind: 'tagged', tag } })) ? 'excluded' : 'neutral'
}

/** What a click (with `exclude`: an Alt-click) on a tag does. */
export function toggleTag(filter: FilterExpr, tag: string, exclude: boolean): FilterExpr {
  const included: FilterExpr = { kind: 'tagged', tag }
  const excluded: FilterExpr = { kind: 'not', item: included }
  const state = tagState(filter, tag)
  const own = [formatFilter(included), formatFilter(excluded)]
  const rest = clausesOf(filter).filter((clause) => !own.includes(formatFilter(clause)))
  const isSame = state === (exclude ? 'excluded' : 'included')
  return fromClauses(isSame ? rest : [...rest, exclude ? excluded : included])
}

/** Which facets are open before the person says otherwise: causes, class and runs of a dataset that fits. */
export function opensByDefault(section: SectionId, index: number): boolean {
  if (section === 'nuisance') return index < 3
  return section === 'run' ? index < 3 : section === 'class'
}

/** Edges rounded to what a person would type: three significant figures, outwards. */
export function roundRange({ low, high }: Range): Range {
  const span = Math.abs(high - low)
  if (span === 0 || !Number.isFinite(span)) return { low, high }
  const unit = 10 ** (Math.floor(Math.log10(span)) - 2)
  const tidy = (value: number) => Number((value * unit).toPrecision(12))
  return { low: tidy(Math.floor(low / unit)), high: tidy(Math.ceil(high / unit)) }
}

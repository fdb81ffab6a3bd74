// What fools the models, over all fields: the slices that stand out, ranked, or a plain sentence that none does and why.
import { compareText } from '../columns/column.ts'
import { formatCount } from '../format/numbers.ts'
import type { SliceRow, SliceTable } from '../slices/compute-slices.ts'
import { findingParts, findingSentence } from './finding-sentence.ts'
import type { SentencePart } from './finding-sentence.ts'

/** A field's slice table with the names of its values (code c at c - 1). */
export interface FieldSlices {
  readonly field: string
  readonly valueNames: readonly string[]
  readonly table: SliceTable
}

export interface SliceFinding {
  readonly field: string
  readonly value: string
  readonly badge: 'always' | 'more' | 'less'
  /** The slice's whole row. */
  readonly slice: SliceRow
  /** The q that earned the badge: of failing more, or of failing less. */
  readonly q: number
  readonly adjusted: boolean
  readonly sentence: string
  readonly parts: readonly SentencePart[]
}

export interface Findings {
  /** `always` first, then `more`, each by the 10 % quantile of the shrunk rate, ties by field and value. */
  readonly standOut: readonly SliceFinding[]
  /** Values on which the models fail less, most certain first. */
  readonly less: readonly SliceFinding[]
  /** Where nothing stands out: a sentence that says so, and why. */
  readonly quiet: string | null
}

/** Ranks the slices of several fields. `models` are the names of the models that the tables are about. */
export function rankFindings(fields: readonly FieldSlices[], models: readonly string[]): Findings {
  const all = fields.flatMap((field) => field.table.rows.flatMap((slice) => describe(field, slice, models)))
  const standOut = all
    .filter((finding) => finding.badge !== 'less')
    .sort(
      (a, b) =>
        Number(b.badge === 'always') - Number(a.badge === 'always') ||
        b.slice.ebLower - a.slice.ebLower ||
        byName(a, b),
    )
  const less = all.filter((finding) => finding.badge === 'less').sort((a, b) => a.q - b.q || byName(a, b))
  return { standOut, less, quiet: standOut.length === 0 ? explainQuiet(fields) : null }
}

function describe(
  { field, valueNames, table }: FieldSlices,
  slice: SliceRow,
  models: readonly string[],
): SliceFinding[] {
  const { badge, n, failures, rate, expected } = slice
  if (badge === null || badge === 'all-failed') return []
  const q = badge === 'less' ? slice.qLess : slice.q
  if (q === null) throw new Error('a slice cannot have earned this badge without a q')
  const value = valueNames[slice.valueCode - 1] ?? String(slice.valueCode)
  const adjusted = table.adjustment.applied
  const figures = { value, models, n, failures, rate, expected, adjusted, q, easier: badge === 'less' }
  return [{ field, value, badge, slice, q, adjusted, sentence: findingSentence(figures), parts: findingParts(figures) }]
}

function byName(a: SliceFinding, b: SliceFinding): number {
  return compareText(a.field, b.field) || compareText(a.value, b.value)
}

/** Distinguishes "there is nothing to see" from "there are too few images to see it". */
function explainQuiet(fields: readonly FieldSlices[]): string {
  const seen = fields.filter(({ table }) => table.rows.length > 0)
  if (seen.length === 0) {
    return 'Nothing to rank yet: no image under the filter has a class, a value and a prediction of every selected model.'
  }
  if (seen.every(({ table }) => table.overall.rate >= 1)) return 'Every image fails, so no value can stand out.'
  const reach = seen.map(({ field, table }) => ({
    field,
    largest: Math.max(...table.rows.map((row) => row.n)),
    needed: table.power.fewestAllFailing ?? Infinity,
  }))
  const best = reach.reduce((a, b) => (b.largest / b.needed > a.largest / a.needed ? b : a))
  const figures = `in ${best.field} it takes ${formatCount(best.needed)} images that all fail to tell one value from luck, and the largest has ${formatCount(best.largest)}`
  if (best.largest < best.needed) return `Nothing stands out, and with so few images nothing could: ${figures}.`
  return `Nothing stands out, though it could have: ${figures}. What differences there are may well be chance.`
}

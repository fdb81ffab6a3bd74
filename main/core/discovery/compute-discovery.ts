// Discovery: every value of the chosen fields and every pair of values, held against chance all at once, and what a
// pair's own parts already explain folded under them (docs/statistics.md, “Discovery”).
import { FoibleError } from '../errors.ts'
import { describeSlice, qValues } from '../slices/compute-slices.ts'
import type { RateOf, SliceRow } from '../slices/compute-slices.ts'
import { discoveryRate, fewestAllFailing } from '../slices/slice-badge.ts'
import { createDrawsCache } from '../slices/stratum-draws.ts'
import type { JudgedInput, LeftOut } from '../slices/visit-judged.ts'
import { benjaminiYekutieli } from '../statistics/benjamini-hochberg.ts'
import { wilsonInterval } from '../statistics/wilson.ts'
import { crossValues } from './cross-values.ts'
import { type DiscoveryField, type DiscoveryPart, type Family, testableP } from './discovery-family.ts'
import { type Carried, findCarriers } from './find-carriers.ts'
import { type FoundSlice, findParents } from './find-parents.ts'
import { type JudgedImages, judgedImages, takeCodes } from './judged-images.ts'
import { type MeasuredSlice, measureFamily } from './measure-family.ts'
import { type FamilyMargins, crossedMargins, familyMargins } from './sum-by-value.ts'

export interface DiscoveryInput extends JudgedInput {
  readonly fields: readonly DiscoveryField[]
  /** Slices of fewer images are not tested; at least 3. */
  readonly minSupport: number
  /** Whether pairs of values are tested too. */
  readonly pairs: boolean
}

export interface Discovered {
  /** One value, or two of different fields. */
  readonly parts: readonly DiscoveryPart[]
  readonly direction: 'more' | 'less'
  /** As in a slice table, but for q and qLess, which are corrected over everything tested. */
  readonly slice: SliceRow
  readonly q: number
  readonly adjusted: boolean
  /** Place in `found` of the slice whose own rate explains this one; null for one that stands by itself. */
  readonly explainedBy: number | null
  /** Of a pair under a parent: the mid-p of its excess within that parent. */
  readonly withinParent: number | null
  /** The pairs without which nothing would be left of a value; null for one that stands out anyway. */
  readonly carried: Carried | null
}

export interface Discovery {
  readonly overall: RateOf
  readonly leftOut: LeftOut
  /** Slices with enough images, those among them that could be a discovery, and slices with too few images. */
  readonly supported: number
  readonly tested: { readonly more: number; readonly less: number }
  readonly tooSmall: number
  /** The smallest all-failing n that could be the first discovery; null: none could. */
  readonly fewestAllFailing: number | null
  /** Images of the largest slice tested. */
  readonly largest: number
  /** `more` before `less`, then by q, then by the 10 % quantile of the shrunk rate. */
  readonly found: readonly Discovered[]
}

/**
 * Runs in steps, one a field or a pair of fields, so that whoever calls can do other things between them. Throws `usage`
 * for a support below 3.
 */
export function* discoverSlices(input: DiscoveryInput): Generator<void, Discovery, void> {
  if (input.minSupport < 3) {
    throw new FoibleError('usage', 'Slices of fewer than 3 images can never be told from luck: support starts at 3.', {
      minSupport: input.minSupport,
    })
  }
  const { images, rows, leftOut } = judgedImages(input)
  const fields = input.fields.map(({ codes, size }) => ({ codes: takeCodes(codes, rows), size }))
  const shared = { checkpoint: input.checkpoint ?? neverAbandoned, drawsOf: createDrawsCache() }
  const options = { minSupport: input.minSupport, adjusted: null, screened: true, ...shared }
  const families: Family[] = []
  const { n, failures } = overallOf(images)
  const margins: FamilyMargins[] = []
  for (const [index, field] of fields.entries()) {
    const own = familyMargins(images, field.codes)
    margins.push(own)
    families.push({
      fields: [index],
      measured: measureFamily(images, field, { ...options, margins: own }),
      partsOf: (valueCode) => [{ field: index, valueCode }],
    })
    yield
  }
  if (input.pairs) {
    for (const [a, b] of pairsOf(fields.length)) {
      const crossed = crossValues(fields[a]!, fields[b]!)
      const known = crossedMargins(margins[a]!, margins[b]!, n)
      const measured = measureFamily(images, crossed, { ...options, margins: known })
      families.push({
        fields: [a, b],
        measured,
        partsOf: (code) => [
          { field: a, valueCode: crossed.first[code - 1]! },
          { field: b, valueCode: crossed.second[code - 1]! },
        ],
      })
      yield
    }
  }
  const models = images.levels - 1
  const more = correct(families, 'more')
  const less = correct(families, 'less')
  const found = [...rank(more, 'more', models), ...rank(less, 'less', models)]
  yield
  const parents = yield* findParents(found, families, images, fields, shared)
  const carried = yield* findCarriers(found, parents, images, fields, shared)
  const all = families.flatMap(({ measured }) => measured.slices)
  return {
    overall: {
      n,
      failures,
      rate: n === 0 ? 0 : failures / n,
      wilson: wilsonInterval(failures, n),
    },
    leftOut,
    supported: all.length,
    tested: { more: more.tested, less: less.tested },
    tooSmall: families.reduce((sum, { measured }) => sum + measured.tooSmall, 0),
    fewestAllFailing: fewestAllFailing(more.tested, n === 0 ? 1 : failures / n, 'yekutieli'),
    largest: all.reduce((most, { sums }) => Math.max(most, sums.n), 0),
    found: found.map((slice, index) => ({ ...slice, ...parents[index]!, carried: carried[index]! })),
  }
}

/** The same without steps. */
export function computeDiscovery(input: DiscoveryInput): Discovery {
  const steps = discoverSlices(input)
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

function pairsOf(count: number): [number, number][] {
  return Array.from({ length: count }, (_, a) => a).flatMap((a) =>
    Array.from({ length: count - a - 1 }, (_, i): [number, number] => [a, a + 1 + i]),
  )
}

interface Corrected {
  readonly tested: number
  readonly significant: readonly { readonly family: Family; readonly slice: MeasuredSlice; readonly q: number }[]
}

/** Benjamini and Yekutieli's q over all families at once: slices of different families overlap. */
function correct(families: readonly Family[], direction: 'more' | 'less'): Corrected {
  const all = families.flatMap((family) => family.measured.slices.map((slice) => ({ family, slice })))
  const p = all.map(({ slice: { pValues } }) => testableP(pValues, direction))
  const q = qValues(p, benjaminiYekutieli)
  return {
    tested: p.filter((value) => value !== null).length,
    significant: all.flatMap((entry, index) => {
      const value = q[index]!
      return value !== null && value <= discoveryRate ? [{ ...entry, q: value }] : []
    }),
  }
}

function rank({ significant }: Corrected, direction: 'more' | 'less', models: number): FoundSlice[] {
  const found = significant.map(({ family, slice, q }): FoundSlice => {
    const { adjusted, dispersion } = family.measured
    const row = describeSlice(
      slice.sums,
      models,
      dispersion,
      slice.pValues,
      direction === 'more' ? q : null,
      direction === 'less' ? q : null,
    )
    return { parts: family.partsOf(row.valueCode), direction, slice: row, q, adjusted }
  })
  // Rounded, so that the order of equal ones does not hang on the order in which sums were added up.
  const strength = (row: SliceRow) =>
    Math.round((direction === 'more' ? -row.ebLower : row.ebMean - row.expected) * 1e12)
  return found.sort(
    (a, b) => a.q - b.q || strength(a.slice) - strength(b.slice) || a.parts.length - b.parts.length || byPlace(a, b),
  )
}

function byPlace(a: FoundSlice, b: FoundSlice): number {
  for (const [index, part] of a.parts.entries()) {
    const other = b.parts[index]!
    const order = part.field - other.field || part.valueCode - other.valueCode
    if (order !== 0) return order
  }
  return 0
}

const neverAbandoned = (): void => undefined

/** Images, and their failures as a mean over the models. */
function overallOf({ keys, levels, weights }: JudgedImages): { n: number; failures: number } {
  let [n, failedModels] = [0, 0]
  for (let image = 0; image < keys.length; image++) {
    const count = weights === null ? 1 : weights[image]!
    n += count
    failedModels += count * (keys[image]! % levels)
  }
  return { n, failures: failedModels / (levels - 1) }
}

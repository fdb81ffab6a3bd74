// The slice table: for every value of a field, how often models fail on it and whether that can be defended.
import { compareText } from '../columns/column.ts'
import { benjaminiHochberg, benjaminiYekutieli } from '../statistics/benjamini-hochberg.ts'
import type { FalseDiscoveryControl } from '../statistics/benjamini-hochberg.ts'
import type { Interval } from '../statistics/interval.ts'
import { wilsonInterval } from '../statistics/wilson.ts'
import { aggregateSlices } from './aggregate-slices.ts'
import type { SliceSums } from './aggregate-slices.ts'
import { gatherUniverse } from './gather-universe.ts'
import type { SliceInput } from './gather-universe.ts'
import { buildNullModel } from './null-model.ts'
import { estimateDispersion, shrinkRate } from './shrink-rates.ts'
import type { Dispersion } from './shrink-rates.ts'
import { discoveryRate, fewestAllFailing, sliceBadge } from './slice-badge.ts'
import type { SliceBadge } from './slice-badge.ts'
import { slicePValues } from './slice-p-values.ts'
import type { SlicePValues } from './slice-p-values.ts'
import type { LeftOut } from './visit-judged.ts'

/** A rate with its evidence. `failures` is a mean over the models, so it may be fractional. */
export interface RateOf {
  readonly n: number
  readonly failures: number
  readonly rate: number
  readonly wilson: Interval
}

export interface SliceRow extends RateOf {
  readonly valueCode: number
  /** mu_b, the rate at which the slice's classes usually fail. */
  readonly expected: number
  /** failures / (n expected); null where nothing was expected to fail. */
  readonly ratio: number | null
  readonly riskDifference: number
  readonly ebMean: number
  /** The 10 % quantile of the shrunk rate: the rank. */
  readonly ebLower: number
  /** P(true rate > expected + .10). */
  readonly pAbove: number
  /** One-sided mid-p of failing more; of failing less it is `pLess`. */
  readonly p: number
  readonly pLess: number
  readonly method: SlicePValues['method']
  /** null for a slice that could never be a discovery. */
  readonly q: number | null
  readonly qLess: number | null
  readonly badge: SliceBadge | null
}

export interface ClassAdjustment {
  readonly applied: boolean
  /** Why not, as a sentence; null where it is applied. */
  readonly reason: string | null
}

export interface SliceTable {
  readonly overall: RateOf
  readonly leftOut: LeftOut
  /** Images without a value: a row of their own, outside the statistics. */
  readonly missing: RateOf
  readonly adjustment: ClassAdjustment
  /** The smallest all-failing n that could be the first discovery among `values` slices; null: none could. */
  readonly power: { readonly values: number; readonly fewestAllFailing: number | null }
  readonly dispersion: Dispersion & { readonly lambda: number }
  /** By `ebLower` descending, ties by value. */
  readonly rows: readonly SliceRow[]
}

export interface SliceOptions {
  /** `auto`: off where the field is a function of the class. */
  readonly adjust: 'auto' | 'on' | 'off'
  /** Benjamini-Yekutieli for slices that overlap or cross two fields; default Benjamini-Hochberg. */
  readonly control?: FalseDiscoveryControl
  /** Names of the values, that of code c at c - 1; ties are ordered by code without them. */
  readonly valueNames?: readonly string[]
}

/** Statistics of every value of a field that has images, as docs/statistics.md defines them. */
export function computeSlices(input: SliceInput & SliceOptions): SliceTable {
  const universe = gatherUniverse(input)
  const models = input.correct.length
  const adjustment = chooseAdjustment(input.adjust, universe.fieldFollowsClass && universe.size > 0)
  const model = buildNullModel(universe, adjustment.applied)
  const aggregates = aggregateSlices(universe, model)
  const sums = aggregates.slices
  const dispersion = estimateDispersion(sums, models, model.lambda)
  const pValues = slicePValues(aggregates, model, {
    exactUpTo: 1000,
    level: discoveryRate,
    checkpoint: input.checkpoint,
  })
  const control = input.control ?? 'hochberg'
  const step = control === 'yekutieli' ? benjaminiYekutieli : benjaminiHochberg
  const q = qValues(
    pValues.map(({ more, moreTestable }) => (moreTestable ? more : null)),
    step,
  )
  const qLess = qValues(
    pValues.map(({ less, lessTestable }) => (lessTestable ? less : null)),
    step,
  )
  const rows = sums.map((slice, index) =>
    describeSlice(slice, models, dispersion, pValues[index]!, q[index]!, qLess[index]!),
  )
  return {
    overall: rateOf(model.failedModels / models, universe.size),
    leftOut: universe.leftOut,
    missing: rateOf(universe.missing.failedModels / models, universe.missing.n),
    adjustment,
    power: { values: sums.length, fewestAllFailing: fewestAllFailing(sums.length, model.overall, control) },
    dispersion: { ...dispersion, lambda: model.lambda },
    rows: rows.sort((a, b) => b.ebLower - a.ebLower || compareValues(a.valueCode, b.valueCode, input.valueNames)),
  }
}

/** `auto` adjusts unless the field is a function of the class. */
export function chooseAdjustment(adjust: SliceOptions['adjust'], fieldFollowsClass: boolean): ClassAdjustment {
  if (adjust === 'off') return { applied: false, reason: 'Class adjustment is switched off.' }
  if (adjust === 'on' || !fieldFollowsClass) return { applied: true, reason: null }
  const reason =
    'Not adjusted for class: each class has one value of this field only, so adjusting would hide its effect.'
  return { applied: false, reason }
}

/** q values over the tested slices; null stays null. */
export function qValues(p: readonly (number | null)[], step: typeof benjaminiHochberg): (number | null)[] {
  const q = step(p.filter((value) => value !== null))
  let next = 0
  return p.map((value) => (value === null ? null : q[next++]!))
}

/** A slice's row. `dispersion` is its field's. */
export function describeSlice(
  slice: SliceSums,
  models: number,
  dispersion: Dispersion,
  pValues: SlicePValues,
  q: number | null,
  qLess: number | null,
): SliceRow {
  const { valueCode, n } = slice
  const seen = rateOf(slice.failedModels / models, n)
  const expected = slice.expected / n
  const shrunk = shrinkRate(seen.failures, n, expected, dispersion)
  const allFailed = slice.failedModels === models * n
  return {
    valueCode,
    ...seen,
    expected,
    ratio: slice.expected === 0 ? null : seen.failures / slice.expected,
    riskDifference: (seen.failures - slice.expected) / n,
    ebMean: shrunk.mean,
    ebLower: shrunk.lower,
    pAbove: shrunk.pAbove,
    p: pValues.more,
    pLess: pValues.less,
    method: pValues.method,
    q,
    qLess,
    badge: sliceBadge({ n, allFailed, wilsonLower: seen.wilson[0], expected, q, qLess }),
  }
}

function rateOf(failures: number, n: number): RateOf {
  return { n, failures, rate: n === 0 ? 0 : failures / n, wilson: wilsonInterval(failures, n) }
}

function compareValues(a: number, b: number, names: readonly string[] | undefined): number {
  const [nameA, nameB] = [names?.[a - 1], names?.[b - 1]]
  return nameA === undefined || nameB === undefined ? a - b : compareText(nameA, nameB)
}

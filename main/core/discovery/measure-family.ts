// One field, or two crossed, as discovery sees it: every value with enough images and its p values, not yet corrected.
import { fullBitset } from '../columns/bitset.ts'
import type { Codes } from '../columns/column.ts'
import { type SliceSums, aggregateSlices } from '../slices/aggregate-slices.ts'
import { chooseAdjustment } from '../slices/compute-slices.ts'
import { gatherUniverse } from '../slices/gather-universe.ts'
import { buildNullModel } from '../slices/null-model.ts'
import { type Dispersion, estimateDispersion } from '../slices/shrink-rates.ts'
import { discoveryRate } from '../slices/slice-badge.ts'
import { type SlicePValues, slicePValues } from '../slices/slice-p-values.ts'

/** Judged images only, row by row: discovery leaves the others out once for all families. */
export interface JudgedImages {
  readonly count: number
  /** 1..classCount; no image is without a class. */
  readonly classes: Codes
  readonly classCount: number
  /** One column a model: 1 wrong, 2 right. */
  readonly correct: readonly Uint8Array[]
}

export interface MeasuredSlice {
  readonly sums: SliceSums
  readonly pValues: SlicePValues
}

export interface MeasuredFamily {
  /** Whether slices are compared with what their classes do elsewhere. */
  readonly adjusted: boolean
  readonly dispersion: Dispersion
  /** Values with at least `minSupport` images, and how many have fewer. */
  readonly slices: readonly MeasuredSlice[]
  readonly tooSmall: number
}

/** Up to so many images p is exact; above, the refined normal. */
const exactUpTo = 1000
/** From so many images on, p is exact only where it could matter: discovery reports what it finds and nothing else. */
const screenFrom = 100

/** `adjusted: null` decides by the values, as the slice table does. */
export function measureFamily(
  images: JudgedImages,
  values: { readonly codes: Codes; readonly size: number },
  options: {
    readonly minSupport: number
    readonly adjusted: boolean | null
    /** Whether the normal may stand in for large slices that it finds unremarkable both ways: of no matter where only discoveries are told. */
    readonly screened?: boolean
    /** Only these values, where not all are wanted. */
    readonly only?: (valueCode: number) => boolean
  },
): MeasuredFamily {
  const universe = gatherUniverse({
    rows: fullBitset(images.count),
    values: values.codes,
    valueCount: values.size,
    classes: images.classes,
    classCount: images.classCount,
    correct: images.correct,
  })
  const adjusted = options.adjusted ?? chooseAdjustment('auto', universe.fieldFollowsClass && universe.size > 0).applied
  const model = buildNullModel(universe, adjusted)
  const aggregates = aggregateSlices(universe, model)
  const dispersion = estimateDispersion(aggregates.slices, images.correct.length, model.lambda)
  const supported = aggregates.slices.filter(
    ({ n, valueCode }) => n >= options.minSupport && (options.only?.(valueCode) ?? true),
  )
  const pValues = slicePValues({ ...aggregates, slices: supported }, model, {
    exactUpTo,
    level: discoveryRate,
    ...(options.screened === true ? { screenFrom } : {}),
  })
  return {
    adjusted,
    dispersion,
    slices: supported.map((sums, index) => ({ sums, pValues: pValues[index]! })),
    tooSmall: aggregates.slices.filter(({ n }) => n < options.minSupport).length,
  }
}

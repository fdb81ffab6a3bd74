// One field, or two crossed, as discovery sees it: every value with enough images and its p values, not yet corrected.
import type { Codes } from '../columns/column.ts'
import { blockRows } from '../columns/row-blocks.ts'
import { type SliceSums, aggregateSlices } from '../slices/aggregate-slices.ts'
import { chooseAdjustment } from '../slices/compute-slices.ts'
import { type Cells, type VisitMembers, countCells } from '../slices/count-cells.ts'
import { type NullModel, buildNullModel } from '../slices/null-model.ts'
import { type Dispersion, estimateDispersion } from '../slices/shrink-rates.ts'
import { discoveryRate } from '../slices/slice-badge.ts'
import { type SlicePValues, slicePValues } from '../slices/slice-p-values.ts'
import type { StratumDraws } from '../slices/stratum-draws.ts'
import type { JudgedImages } from './judged-images.ts'
import { type FamilyMargins, ValueSums, familyMargins } from './sum-by-value.ts'

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

/** What all families have in common. */
export interface SharedOptions {
  readonly checkpoint: () => void
  /** Draws from the strata of a model, which families share. */
  readonly drawsOf: (model: NullModel) => StratumDraws
}

export interface FamilyOptions extends SharedOptions {
  readonly minSupport: number
  /** null decides by the values, as the slice table does. */
  readonly adjusted: boolean | null
  /** Whether the normal may stand in for large slices that it finds unremarkable both ways: of no matter where only discoveries are told. */
  readonly screened?: boolean
  /** Only these values, where not all are wanted. */
  readonly only?: (valueCode: number) => boolean
  /** Where they are known already. */
  readonly margins?: FamilyMargins | null
}

/** Up to so many images p is exact; above, the refined normal. */
const exactUpTo = 1000
/** From so many images on, p is exact only where it could matter: discovery reports what it finds and nothing else. */
const screenFrom = 100

export function measureFamily(
  images: JudgedImages,
  values: { readonly codes: Codes; readonly size: number },
  { minSupport, adjusted: wanted, screened, only, margins: known, checkpoint, drawsOf }: FamilyOptions,
): MeasuredFamily {
  const margins = known ?? familyMargins(images, values.codes)
  const adjusted = wanted ?? chooseAdjustment('auto', margins.fieldFollowsClass && margins.size > 0).applied
  const model = buildNullModel(margins, adjusted)
  checkpoint()
  const sums = new ValueSums(images, values.codes, values.size, model)
  const dispersion = estimateDispersion(everySum(sums, values.size), model.levels - 1, model.lambda)
  checkpoint()
  const supported: number[] = []
  let tooSmall = 0
  for (let value = 1; value <= values.size; value++) {
    const n = sums.images(value)
    if (n === 0) continue
    if (n < minSupport) tooSmall++
    else if (only?.(value) ?? true) supported.push(value)
  }
  const cells = cellsOf(images, values, supported)
  checkpoint()
  const { slices, ...draws } = aggregateSlices(
    { cells, valueCount: supported.length, keyCounts: margins.keyCounts },
    model,
  )
  const pValues = slicePValues({ slices, ...draws }, model, {
    exactUpTo,
    level: discoveryRate,
    draws: drawsOf(model),
    checkpoint,
    ...(screened === true ? { screenFrom } : {}),
  })
  return {
    adjusted,
    dispersion,
    slices: slices.map((slice, index) => ({
      sums: { ...slice, valueCode: supported[slice.valueCode - 1]! },
      pValues: pValues[index]!,
    })),
    tooSmall,
  }
}

function* everySum(sums: ValueSums, valueCount: number) {
  for (let value = 1; value <= valueCount; value++) if (sums.images(value) > 0) yield sums.of(value)
}

/** Cells of these values only, which are numbered from 1 in the order given. */
function cellsOf(
  { keys, levels, classCount, weights }: JudgedImages,
  values: { readonly codes: Codes; readonly size: number },
  wanted: readonly number[],
): Cells {
  const places = new Uint32Array(values.size + 1)
  wanted.forEach((value, index) => {
    places[value] = index + 1
  })
  const placeOf = new Uint32Array(keys.length)
  const rooms = new Uint32Array(wanted.length + 1)
  for (let image = 0; image < keys.length; image++) {
    const place = places[values.codes[image]!]!
    placeOf[image] = place
    rooms[place]!++
  }
  rooms[0] = 0
  return countCells((visit) => visitPlaced(placeOf, keys, visit), {
    values: placeOf,
    weights,
    rooms,
    keyCount: (classCount + 1) * levels,
  })
}

/** Those images that have a place. */
function visitPlaced(placeOf: Uint32Array, keys: Uint32Array, visit: Parameters<VisitMembers>[0]): void {
  const blockImages = new Uint32Array(blockRows)
  const blockKeys = new Uint32Array(blockRows)
  let count = 0
  for (let image = 0; image < keys.length; image++) {
    if (placeOf[image] === 0) continue
    blockImages[count] = image
    blockKeys[count++] = keys[image]!
    if (count < blockRows) continue
    visit(blockImages, blockKeys, count)
    count = 0
  }
  visit(blockImages, blockKeys, count)
}

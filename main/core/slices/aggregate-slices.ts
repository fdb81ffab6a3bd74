// Sums over each value's images: what was seen, what was expected, and how many images of each stratum it has.
import type { Universe } from './gather-universe.ts'
import type { NullModel } from './null-model.ts'

/** One value's images. */
export interface SliceSums {
  readonly valueCode: number
  readonly n: number
  /** K = sum of m, the number of models that fail. */
  readonly failedModels: number
  /** E_b = sum of e. */
  readonly expected: number
  /** sum of e (1 - e). */
  readonly binomialVariance: number
  /** The slice's cells, one a stratum that it has images of: from here up to `cellEnd`. */
  readonly cellStart: number
  readonly cellEnd: number
}

export interface SliceAggregates {
  /** Values that have images, in order of value code. */
  readonly slices: readonly SliceSums[]
  /** By cell: the stratum, and how many of its images lie in the slice. */
  readonly cellStrata: Uint32Array
  readonly cellDrawn: Uint32Array
}

export function aggregateSlices({ keys, offsets }: Universe, model: NullModel): SliceAggregates {
  const { adjusted, levels, expected } = model
  const cellStrata = new Uint32Array(keys.length)
  const cellDrawn = new Uint32Array(keys.length)
  // The slice's cell of a stratum plus one; older entries point before the slice's first cell.
  const cellOf = new Uint32Array(model.strata.sizes.length)
  const slices: SliceSums[] = []
  let cellEnd = 0
  for (let valueCode = 1; valueCode + 1 < offsets.length; valueCode++) {
    const start = offsets[valueCode]!
    const end = offsets[valueCode + 1]!
    if (start === end) continue
    const cellStart = cellEnd
    let failedModels = 0
    let expectedSum = 0
    let binomialVariance = 0
    for (let member = start; member < end; member++) {
      const key = adjusted ? keys[member]! : keys[member]! % levels
      const stratum = (key / levels) | 0
      const e = expected[key]!
      failedModels += key - stratum * levels
      expectedSum += e
      binomialVariance += e * (1 - e)
      if (cellOf[stratum]! <= cellStart) {
        cellStrata[cellEnd] = stratum
        cellOf[stratum] = ++cellEnd
      }
      cellDrawn[cellOf[stratum]! - 1]!++
    }
    slices.push({
      valueCode,
      n: end - start,
      failedModels,
      expected: expectedSum,
      binomialVariance,
      cellStart,
      cellEnd,
    })
  }
  return { slices, cellStrata, cellDrawn }
}

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
  /** The slice's draws, one a stratum that it has images of: from here up to `drawEnd`. */
  readonly drawStart: number
  readonly drawEnd: number
}

export interface SliceAggregates {
  /** Values that have images, in order of value code. */
  readonly slices: readonly SliceSums[]
  /** By draw: the stratum, ascending within a slice, and how many of its images lie in the slice. */
  readonly drawStrata: Uint32Array
  readonly drawSizes: Float64Array
}

export function aggregateSlices(
  { cells, valueCount }: Pick<Universe, 'cells' | 'valueCount'>,
  model: NullModel,
): SliceAggregates {
  const { offsets, keys, counts } = cells
  const { adjusted, levels, expected } = model
  const drawStrata = new Uint32Array(keys.length)
  const drawSizes = new Float64Array(keys.length)
  const slices: SliceSums[] = []
  let drawEnd = 0
  for (let valueCode = 1; valueCode <= valueCount; valueCode++) {
    const start = offsets[valueCode]!
    const end = offsets[valueCode + 1]!
    if (start === end) continue
    const drawStart = drawEnd
    let n = 0
    let failedModels = 0
    let expectedSum = 0
    let binomialVariance = 0
    for (let cell = start; cell < end; cell++) {
      const classCode = Math.floor(keys[cell]! / levels)
      const failed = keys[cell]! - classCode * levels
      const stratum = adjusted ? classCode : 0
      const count = counts[cell]!
      const e = expected[stratum * levels + failed]!
      n += count
      failedModels += count * failed
      expectedSum += count * e
      binomialVariance += count * e * (1 - e)
      if (drawEnd === drawStart || drawStrata[drawEnd - 1] !== stratum) drawStrata[drawEnd++] = stratum
      drawSizes[drawEnd - 1]! += count
    }
    slices.push({ valueCode, n, failedModels, expected: expectedSum, binomialVariance, drawStart, drawEnd })
  }
  return { slices, drawStrata, drawSizes }
}

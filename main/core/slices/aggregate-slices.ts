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
  { cells, valueCount, keyCounts }: Pick<Universe, 'cells' | 'valueCount' | 'keyCounts'>,
  model: NullModel,
): SliceAggregates {
  const { starts, ends, keys, counts } = cells
  const { adjusted, levels, expected } = model
  let most = 0
  for (let value = 1; value <= valueCount; value++) most += ends[value]! - starts[value]!
  const drawStrata = new Uint32Array(most)
  const drawSizes = new Float64Array(most)
  const stratumOf = Uint32Array.from(keyCounts, (_, key) => (adjusted ? Math.floor(key / levels) : 0))
  const failedOf = Uint32Array.from(keyCounts, (_, key) => key % levels)
  const slices: SliceSums[] = []
  let drawEnd = 0
  for (let valueCode = 1; valueCode <= valueCount; valueCode++) {
    const start = starts[valueCode]!
    const end = ends[valueCode]!
    if (start === end) continue
    const drawStart = drawEnd
    let n = 0
    let failedModels = 0
    let expectedSum = 0
    let binomialVariance = 0
    let current = -1
    for (let cell = start; cell < end; cell++) {
      const key = keys[cell]!
      const stratum = stratumOf[key]!
      const failed = failedOf[key]!
      const count = counts[cell]!
      const e = expected[adjusted ? key : failed]!
      n += count
      failedModels += count * failed
      expectedSum += count * e
      binomialVariance += count * e * (1 - e)
      if (stratum !== current) {
        current = stratum
        drawStrata[drawEnd++] = stratum
      }
      drawSizes[drawEnd - 1]! += count
    }
    slices.push({ valueCode, n, failedModels, expected: expectedSum, binomialVariance, drawStart, drawEnd })
  }
  return { slices, drawStrata, drawSizes }
}

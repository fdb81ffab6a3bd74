// Sums over each value's images: what was seen, what was expected, and how many images of each stratum it has.
import type { Universe } from './gather-universe.ts'
import { stratumKey } from './null-model.ts'
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
  /** Strata that the slice has images of, and how many. */
  readonly strata: Uint32Array
  readonly drawn: Uint32Array
}

/** The sums of every value that has images, in order of value code. */
export function aggregateSlices({ keys, offsets }: Universe, model: NullModel): SliceSums[] {
  const { levels, expected } = model
  const drawnBy = new Uint32Array(model.strata.length)
  const touched = new Uint32Array(model.strata.length)
  const slices: SliceSums[] = []
  for (let valueCode = 1; valueCode + 1 < offsets.length; valueCode++) {
    const end = offsets[valueCode + 1]!
    const n = end - offsets[valueCode]!
    if (n === 0) continue
    let [failedModels, expectedSum, binomialVariance, touchedCount] = [0, 0, 0, 0]
    for (let member = offsets[valueCode]!; member < end; member++) {
      const key = stratumKey(keys[member]!, model)
      const stratum = Math.floor(key / levels)
      const e = expected[key]!
      failedModels += key - stratum * levels
      expectedSum += e
      binomialVariance += e * (1 - e)
      if (drawnBy[stratum]!++ === 0) touched[touchedCount++] = stratum
    }
    const strata = touched.slice(0, touchedCount).sort()
    const drawn = strata.map((stratum) => drawnBy[stratum]!)
    for (const stratum of strata) drawnBy[stratum] = 0
    slices.push({ valueCode, n, failedModels, expected: expectedSum, binomialVariance, strata, drawn })
  }
  return slices
}

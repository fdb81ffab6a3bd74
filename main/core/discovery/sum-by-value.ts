// What every value of a field adds up to, without a list of its images: of the most of them discovery needs no more.
import type { Codes } from '../columns/column.ts'
import type { NullModel } from '../slices/null-model.ts'
import type { DispersionTerms } from '../slices/shrink-rates.ts'
import type { JudgedImages } from './judged-images.ts'

/** Number of images by key, over those with a value, and whether every class has images of one value only. */
export interface FamilyMargins {
  readonly size: number
  readonly levels: number
  readonly keyCounts: Float64Array
  readonly fieldFollowsClass: boolean
}

export function familyMargins({ keys, levels, classCount, weights }: JudgedImages, codes: Codes): FamilyMargins {
  const keyCounts = new Float64Array((classCount + 1) * levels)
  const onlyValue = new Uint32Array(classCount + 1)
  let fieldFollowsClass = true
  let size = 0
  for (let image = 0; image < keys.length; image++) {
    const value = codes[image]!
    if (value === 0) continue
    const key = keys[image]!
    const count = weights === null ? 1 : weights[image]!
    if (count === 0) continue
    keyCounts[key]! += count
    size += count
    if (!fieldFollowsClass) continue
    const classCode = Math.floor(key / levels)
    const only = onlyValue[classCode]!
    if (only !== 0 && only !== value) fieldFollowsClass = false
    onlyValue[classCode] = value
  }
  return { size, levels, keyCounts, fieldFollowsClass }
}

/** Those of two crossed fields where neither has missing values: known without a look at the images; else null. */
export function crossedMargins(a: FamilyMargins, b: FamilyMargins, images: number): FamilyMargins | null {
  if (a.size !== images || b.size !== images) return null
  return { ...a, fieldFollowsClass: a.fieldFollowsClass && b.fieldFollowsClass }
}

/** Figures of a value stand side by side: `n`, failed models, expected failures and their binomial variance. */
const figures = 4

/** Sums of the values 0..valueCount; 0 are images without one. */
export class ValueSums {
  readonly #sums: Float64Array

  constructor(images: JudgedImages, codes: Codes, valueCount: number, model: NullModel) {
    const { keys, weights } = images
    const sums = new Float64Array((valueCount + 1) * figures)
    const byKey = figuresByKey(model, (images.classCount + 1) * model.levels)
    for (let image = 0; image < keys.length; image++) {
      const at = codes[image]! * figures
      const of = keys[image]! * figures
      const count = weights === null ? 1 : weights[image]!
      sums[at]! += count
      sums[at + 1]! += count * byKey[of + 1]!
      sums[at + 2]! += count * byKey[of + 2]!
      sums[at + 3]! += count * byKey[of + 3]!
    }
    this.#sums = sums
  }

  images(value: number): number {
    return this.#sums[value * figures]!
  }

  of(value: number): DispersionTerms {
    const at = value * figures
    return {
      n: this.#sums[at]!,
      failedModels: this.#sums[at + 1]!,
      expected: this.#sums[at + 2]!,
      binomialVariance: this.#sums[at + 3]!,
    }
  }
}

function figuresByKey({ adjusted, levels, expected }: NullModel, keyCount: number): Float64Array {
  const byKey = new Float64Array(keyCount * figures)
  for (let key = 0; key < keyCount; key++) {
    const e = expected[adjusted ? key : key % levels]!
    byKey.set([1, key % levels, e, e * (1 - e)], key * figures)
  }
  return byKey
}

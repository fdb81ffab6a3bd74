// The images that discovery rests on, picked out once for all that is tested.
import { countBits } from '../columns/bitset.ts'
import type { Codes } from '../columns/column.ts'
import { countedRows, visitJudged } from '../slices/visit-judged.ts'
import type { JudgedInput, LeftOut } from '../slices/visit-judged.ts'

/** Images under the filter, with a class and a verdict of every model, and not excluded. */
export interface JudgedImages {
  /** Of each image `class * levels + m`, m = number of models that fail, 0..levels - 1. */
  readonly keys: Uint32Array
  readonly levels: number
  readonly classCount: number
  /** For how many images each stands; null: for itself. */
  readonly weights: Float64Array | null
}

export interface Judged {
  readonly images: JudgedImages
  /** The dataset's row of every image. */
  readonly rows: Uint32Array
  readonly leftOut: LeftOut
}

export function judgedImages(input: JudgedInput): Judged {
  const most = countBits(countedRows(input))
  const rows = new Uint32Array(most)
  const keys = new Uint32Array(most)
  let size = 0
  const leftOut = visitJudged(input, (blockRows, blockKeys, count) => {
    rows.set(blockRows.subarray(0, count), size)
    keys.set(blockKeys.subarray(0, count), size)
    size += count
  })
  const judged = rows.slice(0, size)
  const weights = input.weights ?? null
  return {
    images: {
      keys: keys.slice(0, size),
      levels: input.correct.length + 1,
      classCount: input.classCount,
      weights: weights && takeNumbers(weights, judged),
    },
    rows: judged,
    leftOut,
  }
}

/** Those of the images that stand at these places. */
export function takeImages(images: JudgedImages, places: Uint32Array): JudgedImages {
  return {
    ...images,
    keys: Uint32Array.from(places, (place) => images.keys[place]!),
    weights: images.weights && takeNumbers(images.weights, places),
  }
}

/** The codes of these rows, in their order and in as narrow an array. */
export function takeCodes(codes: Codes, rows: Uint32Array): Codes {
  const taken = emptyLike(codes, rows.length)
  for (let index = 0; index < rows.length; index++) taken[index] = codes[rows[index]!]!
  return taken
}

function takeNumbers(numbers: Float64Array, rows: Uint32Array): Float64Array {
  const taken = new Float64Array(rows.length)
  for (let index = 0; index < rows.length; index++) taken[index] = numbers[rows[index]!]!
  return taken
}

function emptyLike(codes: Codes, length: number): Codes {
  if (codes instanceof Uint8Array) return new Uint8Array(length)
  return codes instanceof Uint16Array ? new Uint16Array(length) : new Uint32Array(length)
}

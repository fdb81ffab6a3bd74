// The images that discovery rests on: under the filter, with a class and a verdict of every model, and not excluded.
import { rowsOf, testBit } from '../columns/bitset.ts'
import type { Bitset } from '../columns/bitset.ts'
import type { Codes } from '../columns/column.ts'
import type { LeftOut } from '../slices/gather-universe.ts'
import type { JudgedImages } from './measure-family.ts'

export interface JudgedInput {
  readonly rows: Bitset
  readonly classes: Codes
  readonly classCount: number
  readonly correct: readonly Uint8Array[]
  readonly excluded?: Bitset
}

export interface Judged {
  readonly images: JudgedImages
  /** The dataset's row of every image. */
  readonly rows: Uint32Array
  readonly leftOut: LeftOut
}

export function judgedImages({ rows: bits, classes, classCount, correct, excluded }: JudgedInput): Judged {
  const leftOut = { excluded: 0, noClass: 0, noPrediction: 0 }
  const rows = rowsOf(bits).filter((row) => {
    if (excluded !== undefined && testBit(excluded, row)) leftOut.excluded++
    else if (classes[row] === 0) leftOut.noClass++
    else if (correct.some((column) => column[row] === 0)) leftOut.noPrediction++
    else return true
    return false
  })
  return {
    images: {
      count: rows.length,
      classes: takeCodes(classes, rows),
      classCount,
      correct: correct.map((column) => Uint8Array.from(rows, (row) => column[row]!)),
    },
    rows,
    leftOut,
  }
}

/** The codes of these rows, in their order and in as narrow an array. */
export function takeCodes(codes: Codes, rows: Uint32Array): Codes {
  const taken = emptyLike(codes, rows.length)
  for (let index = 0; index < rows.length; index++) taken[index] = codes[rows[index]!]!
  return taken
}

function emptyLike(codes: Codes, length: number): Codes {
  if (codes instanceof Uint8Array) return new Uint8Array(length)
  return codes instanceof Uint16Array ? new Uint16Array(length) : new Uint32Array(length)
}

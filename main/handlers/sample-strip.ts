// A few sample ids that show what a figure stands for.
import { wrongCode } from '#core/columns/column.ts'
import type { ValueCodes } from './value-codes.ts'

const stripLength = 8

/** For every code the first samples that all of the models get wrong, then those that most of them do. */
export function failingStrips(
  rows: Uint32Array,
  values: ValueCodes,
  correct: readonly Uint8Array[],
): (code: number) => number[] {
  const strips = Array.from({ length: correct.length + 1 }, () => new Map<number, number[]>())
  for (const row of rows) {
    let wrong = 0
    for (const column of correct) if (column[row] === wrongCode) wrong++
    if (wrong === 0) continue
    const code = values.codes[row]!
    const strip = strips[wrong]!.get(code)
    if (strip === undefined) strips[wrong]!.set(code, [row + 1])
    else if (strip.length < stripLength) strip.push(row + 1)
  }
  return (code) =>
    strips
      .toReversed()
      .flatMap((strip) => strip.get(code) ?? [])
      .slice(0, stripLength)
}

/** The first samples of a code that all of the models get right: what an easy slice looks like. */
export function passingStrip(
  rows: Uint32Array,
  values: ValueCodes,
  correct: readonly Uint8Array[],
  code: number,
): number[] {
  const strip: number[] = []
  for (const row of rows) {
    if (values.codes[row] !== code || correct.some((column) => column[row] === wrongCode)) continue
    strip.push(row + 1)
    if (strip.length === stripLength) break
  }
  return strip
}

// Long work over the cells of a cube, on the thread that answers: in pieces of a few milliseconds, with a turn for others between.
import { letOthersRun } from '../let-others-run.ts'

const piece = 16_384

/** Awaits `step` for [from, to) of `count` items, piece by piece. Throws `cancelled`. */
export async function inTurns(
  count: number,
  signal: AbortSignal,
  step: (from: number, to: number) => void,
): Promise<void> {
  for (let from = 0; from < count; from += piece) {
    step(from, Math.min(count, from + piece))
    await letOthersRun(signal)
  }
}

/** The order of `rows` by their keys, equal ones as they were: 16 bits a pass, as `sortRows` does without turns. Throws `cancelled`. */
export async function sortInTurns(rows: Uint32Array, keys: Uint32Array, signal: AbortSignal): Promise<Uint32Array> {
  let from = rows
  for (const shift of [0, 16]) {
    const digitOf = (at: number) => (keys[from[at]!]! >>> shift) & 0xffff
    const starts = new Uint32Array(65_537)
    await inTurns(from.length, signal, (start, end) => {
      for (let at = start; at < end; at++) starts[digitOf(at) + 1]!++
    })
    // All rows share this digit.
    if (starts.includes(from.length)) continue
    for (let digit = 0; digit < 65_536; digit++) starts[digit + 1]! += starts[digit]!
    const to = new Uint32Array(from.length)
    await inTurns(from.length, signal, (start, end) => {
      for (let at = start; at < end; at++) to[starts[digitOf(at)]!++] = from[at]!
    })
    from = to
  }
  return from
}

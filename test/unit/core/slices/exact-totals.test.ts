import { describe, expect, it } from 'vitest'
import { fullBitset } from '#core/columns/bitset.ts'
import { computeSlices } from '#core/slices/compute-slices.ts'

/** Of one class: how many images fail on 0, 1, ... models, in the slice and outside of it. */
interface Images {
  readonly inside: readonly number[]
  readonly outside: readonly number[]
}

function sliceOf({ inside, outside }: Images) {
  const models = inside.length - 1
  const failing: number[] = []
  const values: number[] = []
  for (const [value, counts] of [inside, outside].entries()) {
    for (const [level, count] of counts.entries()) {
      for (let image = 0; image < count; image++) {
        failing.push(level)
        values.push(value + 1)
      }
    }
  }
  const n = failing.length
  const { rows } = computeSlices({
    rows: fullBitset(n),
    values: Uint8Array.from(values),
    valueCount: 2,
    classes: new Uint8Array(n).fill(1),
    classCount: 1,
    correct: Array.from({ length: models }, (_, model) => Uint8Array.from(failing, (level) => (model < level ? 1 : 2))),
    adjust: 'off',
  })
  return rows.find((row) => row.valueCode === 1)!
}

function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n
  let ways = 1n
  for (let i = 1; i <= k; i++) ways = (ways * BigInt(n - k + i)) / BigInt(i)
  return ways
}

/** The mid-p of the slice's total in whole numbers: every way to draw so many images from each level. */
function countedTails({ inside, outside }: Images): { readonly more: number; readonly less: number } {
  const counts = inside.map((count, level) => count + outside[level]!)
  const drawn = inside.reduce((sum, count) => sum + count, 0)
  const seen = inside.reduce((sum, count, level) => sum + level * count, 0)
  // By images drawn so far and their total.
  let ways = new Map([['0 0', 1n]])
  counts.slice(1).forEach((count, index) => {
    const next = new Map<string, bigint>()
    for (const [key, before] of ways) {
      const [images, total] = key.split(' ').map(Number) as [number, number]
      for (let more = 0; more <= count; more++) {
        const place = `${images + more} ${total + more * (index + 1)}`
        next.set(place, (next.get(place) ?? 0n) + before * choose(count, more))
      }
    }
    ways = next
  })
  let [above, at, below] = [0n, 0n, 0n]
  for (const [key, some] of ways) {
    const [images, total] = key.split(' ').map(Number) as [number, number]
    const all = some * choose(counts[0]!, drawn - images)
    if (total > seen) above += all
    else if (total < seen) below += all
    else at += all
  }
  const whole = above + at + below
  const digits = 10n ** 60n
  const share = (part: bigint) => Number((part * digits) / (2n * whole)) / 1e60
  return { more: share(2n * above + at), less: share(2n * below + at) }
}

const cases: readonly [string, Images][] = [
  ['all but two images, of which one fails', { inside: [898 - 1, 0, 0, 0, 1], outside: [1, 0, 1, 0, 0] }],
  ['all but three images, two models', { inside: [967, 20, 10], outside: [3, 0, 0] }],
  ['all but three images, three models', { inside: [967, 20, 0, 10], outside: [3, 0, 0, 0] }],
  ['all but five images', { inside: [139, 2, 1, 3], outside: [1, 0, 3, 1] }],
  ['few failures, most images', { inside: [141, 2, 0, 1, 1], outside: [4, 0, 0, 0, 1] }],
  ['few failures, few images', { inside: [93, 1, 0, 0, 6], outside: [800, 2, 0, 0, 0] }],
  ['many levels', { inside: [20, 85, 14, 6, 9], outside: [7, 27, 4, 1, 2] }],
  ['half of dense levels', { inside: [60, 40, 50], outside: [50, 45, 50] }],
  ['a far tail', { inside: [60, 30, 60], outside: [90, 30, 10] }],
  ['one failing image in a thousand', { inside: [893, 1, 1, 0, 0, 1, 0], outside: [2, 0, 0, 0, 0, 0, 1] }],
]

describe('exact p values of several models', () => {
  it.each(cases)('[PS25] are those of counting in whole numbers: %s', (_, images) => {
    const { p, pLess, method } = sliceOf(images)
    const { more, less } = countedTails(images)
    expect(method).toBe('exact')
    expect(Math.abs(p / more - 1)).toBeLessThan(1e-9)
    expect(Math.abs(pLess / less - 1)).toBeLessThan(1e-9)
  })
})

import { describe, expect, it } from 'vitest'
import type { Examples } from '#core/infer/nearest-vote.ts'
import { countRight } from '#engine/infer/count-right.ts'

/** Two values that lie at right angles; of every `period`th example the value is that of the others. */
function examplesOf(count: number, dim: number, period: number): Examples {
  const vectors = new Float32Array(count * dim)
  const codes = new Uint32Array(count)
  for (let place = 0; place < count; place++) {
    const side = place % 2
    vectors[place * dim + side] = 1
    codes[place] = 1 + (place % period === 0 ? 1 - side : side)
  }
  return { vectors, dim, sampleIds: Uint32Array.from(codes, (_, place) => place + 1), codes }
}

describe('trying examples on each other', () => {
  it('[BG80] counts those that get their own value, over no more than 400 of them', async () => {
    const { signal } = new AbortController()
    expect(await countRight(examplesOf(90, 4, 9), 5, signal)).toBe(80)
    expect(await countRight(examplesOf(799, 4, 1000), 5, signal)).toBe(399)
  })

  it('[BG80] lets others run meanwhile, and ends when it is cancelled', async () => {
    const controller = new AbortController()
    const counting = countRight(examplesOf(800, 256, 9), 5, controller.signal)
    setImmediate(() => controller.abort())
    await expect(counting).rejects.toMatchObject({ code: 'cancelled' })
  })
})

import { describe, expect, it } from 'vitest'
import { createBatchSizer } from '#models/choose-batch-size.ts'

/** Feeds the sizer with batches of a device that takes `costMs(size)` a batch; the sizes that it asked for. */
function serve(sizes: readonly number[], repeats: number, batches: number, costMs: (size: number) => number): number[] {
  const sizer = createBatchSizer(sizes, repeats)
  return Array.from({ length: batches }, () => {
    const size = sizer.next()
    sizer.note(size, size, costMs(size))
    return size
  })
}

describe('choosing a batch size', () => {
  it('[RN4] tries every size on the first batches and stays with the fastest', () => {
    const asked = serve([8, 16, 32, 64], 2, 12, (size) => 10 + size + (size > 32 ? 40 : 0))
    expect(asked).toEqual([8, 8, 16, 16, 32, 32, 64, 64, 32, 32, 32, 32])
  })

  it('[RN5] leaves the first batch of a size out of account where a later one was faster, and short ones altogether', () => {
    const sizer = createBatchSizer([8, 16], 2)
    for (let i = 0; i < 4; i++) sizer.next()
    sizer.note(8, 8, 80)
    sizer.note(8, 8, 80)
    sizer.note(16, 16, 900)
    sizer.note(16, 16, 100)
    sizer.note(8, 1, 0.001)
    expect(sizer.next()).toBe(16)
  })

  it('[RN6] takes a larger batch only for a gain, and a single size as it is', () => {
    expect(serve([8, 16], 1, 3, (size) => size)[2]).toBe(8)
    expect(serve([5], 3, 3, (size) => size)).toEqual([5, 5, 5])
  })
})

import { describe, expect, it } from 'vitest'
import { holm } from '#core/statistics/holm.ts'

describe('holm', () => {
  it('[PP201] adjusts p values step by step, in their order, never above 1', () => {
    // R: p.adjust(c(.01, .04, .03, .005), 'holm') = .03 .06 .06 .02
    expect([...holm([0.01, 0.04, 0.03, 0.005])].map((p) => Number(p.toFixed(10)))).toEqual([0.03, 0.06, 0.06, 0.02])
    expect([...holm([0.6, 0.7])]).toEqual([1, 1])
    expect([...holm([])]).toEqual([])
  })
})

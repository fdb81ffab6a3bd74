import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readRateLimit } from '#hub/rate-limit.ts'
import { RequestBudget } from '#hub/request-budget.ts'

const windowMs = 300_000
const limitOf = (left: number, seconds: number, requests = 3000) =>
  new Headers({
    ratelimit: `"resolvers";r=${left};t=${seconds}`,
    'ratelimit-policy': `"fixed window";"resolvers";q=${requests};w=300`,
  })

/** Sends as many as may be sent at once. */
function spendAll(budget: RequestBudget, urgent: boolean, hasToken: boolean, now: number): number {
  let count = 0
  for (; budget.computeWait(urgent, hasToken, now) === 0; count++) budget.spend(now)
  return count
}

describe('the budget of requests', () => {
  it('[HU20] allows 3,000 in five minutes, 5,000 with a token, and keeps a tenth of them back for what is looked at', () => {
    for (const [hasToken, total] of [
      [false, 3000],
      [true, 5000],
    ] as const) {
      const budget = new RequestBudget()
      expect(spendAll(budget, false, hasToken, 0)).toBe(total * 0.9)
      expect(spendAll(budget, true, hasToken, 1000)).toBe(total * 0.1)
      expect(budget.computeWait(true, hasToken, 2000)).toBe(windowMs - 2000)
      expect(spendAll(budget, true, hasToken, windowMs)).toBe(total * 0.9)
    }
  })

  it('[HU21] learns from the Hub how many there are, and how many others have used', () => {
    const budget = new RequestBudget()
    budget.learn(limitOf(150, 40, 1000), 0)
    expect(spendAll(budget, false, false, 0)).toBe(50)
    expect(budget.computeWait(false, false, 10_000)).toBe(30_000)
    expect(spendAll(budget, true, false, 10_000)).toBe(100)
    expect(budget.computeWait(true, false, 10_000)).toBe(30_000)
    // A late answer of the same window does not give back what was spent since.
    budget.learn(limitOf(120, 30, 1000), 10_000)
    expect(budget.computeWait(true, false, 10_000)).toBe(30_000)
    expect(budget.computeWait(true, false, 40_000)).toBe(0)
  })

  it('[HU22] never sends more than the limit in any window, whatever the order of requests and waits', () => {
    const step = fc.record({ urgent: fc.boolean(), passesMs: fc.integer({ min: 0, max: 20_000 }) })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 120 }), (steps) => {
        const budget = new RequestBudget()
        budget.learn(new Headers({ 'ratelimit-policy': '"fixed window";"resolvers";q=20;w=60' }), 0)
        const sent: number[] = []
        let now = 0
        for (const { urgent, passesMs } of steps) {
          now += passesMs
          const wait = budget.computeWait(urgent, false, now)
          now += wait
          expect(budget.computeWait(urgent, false, now)).toBe(0)
          budget.spend(now)
          sent.push(now)
          expect(sent.filter((at) => at > now - 60_000).length).toBeLessThanOrEqual(20)
        }
      }),
      { seed: 4 },
    )
  })

  it('[HU23] reads the headers in whatever order, and nothing from those that say something else', () => {
    expect(readRateLimit(new Headers({ ratelimit: '"api"; t=5 ;r=0' })).left).toEqual({ requests: 0, resetMs: 5000 })
    expect(readRateLimit(new Headers({ ratelimit: 'limit=100, remaining=80, reset=54' })).left).toBeNull()
    expect(readRateLimit(new Headers({ 'ratelimit-policy': '"x";q=0;w=0' })).policy).toBeNull()
    expect(readRateLimit(new Headers())).toEqual({ left: null, policy: null })
  })
})

import { expect, it } from 'vitest'
import { computeRetryWait } from '#hub/retry-wait.ts'
import { encodePath } from '#hub/hub-client.ts'

it('[HB60] waits for what RateLimit or Retry-After say, else doubles', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  const wait = (headers: Record<string, string>, attempt = 0) => computeRetryWait(new Headers(headers), attempt, now)
  expect(wait({ ratelimit: '"api";r=0;t=55' })).toBe(55_000)
  expect(wait({ ratelimit: '"api";r=0;t=55', 'retry-after': '3' })).toBe(55_000)
  expect(wait({ ratelimit: '"api";r=12;t=55', 'retry-after': '3' })).toBe(3000)
  expect(wait({ 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' })).toBe(9000)
  expect([0, 1, 2, 3, 20].map((attempt) => wait({}, attempt))).toEqual([1000, 2000, 4000, 8000, 60_000])
})

it('[HB61] encodes every part of a path, and the slashes not', () => {
  expect(encodePath('a b/#1?/é%.png')).toBe('a%20b/%231%3F/%C3%A9%25.png')
})

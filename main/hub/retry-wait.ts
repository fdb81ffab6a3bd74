// How long to wait before asking the Hub again. Pure but for the header it is given.
import { readRateLimit } from './rate-limit.ts'

/** Longer than the Hub's window of five minutes nobody should wait without being asked. */
export const maxWaitMs = 310_000

/**
 * Milliseconds to wait after a 429 or 5xx: what `RateLimit` (`"api";r=0;t=55`, t in seconds) or `Retry-After` (seconds or a
 * date) say, else 1, 2, 4, 8 ... seconds by attempt (from 0).
 */
export function computeRetryWait(headers: Headers, attempt: number, now: number): number {
  const { left } = readRateLimit(headers)
  if (left?.requests === 0) return left.resetMs
  const retryAfter = headers.get('retry-after')?.trim()
  if (retryAfter) {
    const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now
    if (Number.isFinite(ms)) return Math.max(0, ms)
  }
  return Math.min(1000 * 2 ** attempt, 60_000)
}

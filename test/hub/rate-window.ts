// The Hub's limit of requests: a fixed window, told in the headers of every answer.
import type { HubLimit } from './hub-server.ts'

export interface RateWindow {
  /** Counts one request; null where nothing is limited. */
  count(): { readonly isOver: boolean; readonly headers: Readonly<Record<string, string>> } | null
}

export function createRateWindow(limit: HubLimit | undefined): RateWindow {
  let startedAt = -Infinity
  let used = 0
  return {
    count() {
      if (limit === undefined) return null
      const now = limit.now()
      if (now >= startedAt + limit.windowMs) {
        startedAt = now
        used = 0
      }
      const isOver = used >= limit.requests
      if (!isOver) used++
      const seconds = Math.ceil((startedAt + limit.windowMs - now) / 1000)
      return {
        isOver,
        headers: {
          ratelimit: `"resolvers";r=${limit.requests - used};t=${seconds}`,
          'ratelimit-policy': `"fixed window";"resolvers";q=${limit.requests};w=${limit.windowMs / 1000}`,
        },
      }
    },
  }
}

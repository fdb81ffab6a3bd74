// fetch as the Hub wants it: our token for the Hub alone, redirects in the open, patience with limits and hiccups, and every
// refusal as a typed error.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import { afterSilence } from './after-silence.ts'
import { exhausted, refusal, unreachable } from './hub-errors.ts'
import type { RequestBudget } from './request-budget.ts'
import { computeRetryWait } from './retry-wait.ts'
import { readChunks } from './read-chunks.ts'

export interface HubWait {
  readonly ms: number
  readonly reason: 'rate limit' | 'no answer' | `status ${number}`
}

export interface HubFetchOptions {
  /** Origin without a trailing slash. */
  readonly endpoint: string
  readonly token: () => Promise<string | null>
  readonly fetch: typeof fetch
  /** Resolves after `ms`, rejects when the signal aborts. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>
  readonly now: () => number
  /** Requests in all, the first one included. */
  readonly maxAttempts: number
  /** Longer waits are not sat out: the request fails with `rate_limited`. */
  readonly maxWaitMs: number
  /** A connection on which nothing comes for so long is given up and opened anew. */
  readonly stallMs: number
  readonly budget: RequestBudget
  /** Told before each wait, so that somebody may see why nothing moves; what it returns is called after the wait. */
  readonly onWait: (wait: HubWait) => () => void
}

/** One answer, with the headers of the hop that spoke for the Hub itself (before it sent us to a CDN). */
export interface HubResponse {
  readonly response: Response
  readonly hubHeaders: Headers
}

const maxRedirects = 5
/** One page of a listing has less than a megabyte. */
const maxAnswerBytes = 64 << 20

/** Asks until there is an answer that is no refusal. 416 is an answer. Throws only FoibleErrors. */
export async function hubFetch(
  options: HubFetchOptions,
  url: string,
  init: RequestInit,
  signal: AbortSignal,
  urgent = true,
): Promise<HubResponse> {
  for (let attempt = 0; ; attempt++) {
    throwIfCancelled(signal)
    const isLast = attempt + 1 >= options.maxAttempts
    let answer: HubResponse
    try {
      answer = await followRedirects(options, url, init, signal, urgent)
    } catch (cause) {
      throwIfCancelled(signal)
      if (cause instanceof FoibleError) throw cause
      if (isLast) throw unreachable(options.endpoint, cause)
      await wait(options, computeRetryWait(new Headers(), attempt, options.now()), 'no answer', signal)
      continue
    }
    const { response } = answer
    if (response.ok || response.status === 416) return answer
    await discardBody(response)
    if (response.status !== 429 && response.status < 500) throw refusal(response, answer.hubHeaders, url)
    const ms = computeRetryWait(response.headers, attempt, options.now())
    if (isLast || ms > options.maxWaitMs) throw exhausted(response.status, ms, url)
    await wait(options, ms, response.status === 429 ? 'rate limit' : `status ${response.status}`, signal)
  }
}

/** A `fetch` of JSON for libraries, bound to a signal: the whole answer or an error, however often the connection breaks. */
export function bindHubFetch(options: HubFetchOptions, signal: AbortSignal): typeof fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    for (let attempt = 0; ; attempt++) {
      const { response } = await hubFetch(options, url, init ?? {}, signal)
      let text: string
      try {
        text = await readText(response, url, options.stallMs)
      } catch (cause) {
        throwIfCancelled(signal)
        if (cause instanceof FoibleError) throw cause
        if (attempt + 1 >= options.maxAttempts) throw unreachable(options.endpoint, cause)
        await wait(options, computeRetryWait(new Headers(), attempt, options.now()), 'no answer', signal)
        continue
      }
      assertJson(text, url)
      return new Response(text, { status: response.status, headers: response.headers })
    }
  }
}

async function readText(response: Response, url: string, stallMs: number): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const bytes of readChunks(response, stallMs)) {
    size += bytes.length
    if (size > maxAnswerBytes) throw new FoibleError('too_large', `The Hub’s answer does not end: ${url}.`, { url })
    pieces.push(bytes)
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** A hotel's log-in page has status 200, too. */
function assertJson(text: string, url: string): void {
  try {
    JSON.parse(text)
  } catch (cause) {
    const message = 'What answered is not the Hub (a proxy, or a log-in page?); check the connection and HF_ENDPOINT.'
    throw new FoibleError('network', message, { url }, { cause })
  }
}

/** Follows by hand: the hop to the CDN must not carry our token, and the hop before it carries the checksums. */
async function followRedirects(
  options: HubFetchOptions,
  url: string,
  init: RequestInit,
  signal: AbortSignal,
  urgent: boolean,
): Promise<HubResponse> {
  const token = await options.token()
  let current = url
  let hubHeaders: Headers | null = null
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const ownOrigin = new URL(current).origin === new URL(options.endpoint).origin
    const isCounted = ownOrigin && current.includes('/resolve/')
    if (isCounted) await waitForBudget(options, token !== null, urgent, current, signal)
    const headers = new Headers(init.headers)
    // Whatever the caller put there, no other host sees it.
    headers.delete('authorization')
    if (ownOrigin && token !== null) headers.set('authorization', `Bearer ${token}`)
    const response = await fetchWithin(options, current, { ...init, headers, redirect: 'manual' }, signal)
    if (isCounted) options.budget.learn(response.headers, options.now())
    // The first hop that names a checksum speaks for the file; a redirect of a renamed repository does not.
    if (!hubHeaders?.has('x-linked-etag') && ownOrigin) hubHeaders = response.headers
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null)
      return { response, hubHeaders: hubHeaders ?? response.headers }
    await discardBody(response)
    current = nextHop(location, current)
  }
  throw new FoibleError('network', `The Hub sent Foible in circles from ${url}; try again later.`, { url })
}

function nextHop(location: string, from: string): string {
  const target = URL.canParse(location, from) ? new URL(location, from) : null
  const isSafe = target?.protocol === 'https:' || (target?.protocol === 'http:' && from.startsWith('http:'))
  if (target !== null && isSafe) return target.href
  throw new FoibleError('network', 'The Hub sent Foible to an address that it does not follow; try again later.', {
    url: from,
  })
}

/** fetch, given up where no answer begins within the time of a stall. */
async function fetchWithin(
  options: HubFetchOptions,
  url: string,
  init: RequestInit,
  signal: AbortSignal,
): Promise<Response> {
  const stall = new AbortController()
  const cancel = afterSilence(options.stallMs, () => stall.abort(new Error('no answer in time')))
  try {
    return await options.fetch(url, { ...init, signal: AbortSignal.any([signal, stall.signal]) })
  } finally {
    cancel()
  }
}

/** Several may wait at once: each looks again when its time has come. */
async function waitForBudget(
  options: HubFetchOptions,
  hasToken: boolean,
  urgent: boolean,
  url: string,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const ms = options.budget.computeWait(urgent, hasToken, options.now())
    if (ms === 0) break
    if (ms > options.maxWaitMs) throw exhausted(429, ms, url)
    await wait(options, ms, 'rate limit', signal)
  }
  options.budget.spend(options.now())
}

async function wait(
  options: HubFetchOptions,
  ms: number,
  reason: HubWait['reason'],
  signal: AbortSignal,
): Promise<void> {
  const end = options.onWait({ ms, reason })
  try {
    await options.delay(ms, signal)
  } catch (error) {
    throwIfCancelled(signal)
    throw error
  } finally {
    end()
  }
}

/** Frees the connection of an answer that nobody reads. */
async function discardBody(response: Response): Promise<void> {
  try {
    await response.body?.cancel()
  } catch {
    // The connection is gone already, which is what was wanted.
  }
}

// fetch as the Hub wants it: our token for the Hub alone, redirects in the open, patience with limits and hiccups, and every
// refusal as a typed error.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { HubSettings } from './hub-settings.ts'
import { computeRetryWait, maxWaitMs } from './retry-wait.ts'

export interface HubFetchOptions extends HubSettings {
  readonly fetch: typeof fetch
  /** Resolves after `ms`, rejects when the signal aborts. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>
  readonly now: () => number
  /** Requests in all, the first one included. */
  readonly maxAttempts: number
  /** Told before each wait, so that somebody may see why nothing moves. */
  readonly onWait?: (wait: { readonly ms: number; readonly reason: string }) => void
}

/** One answer, with the headers of the hop that spoke for the Hub itself (before it sent us to a CDN). */
export interface HubResponse {
  readonly response: Response
  readonly hubHeaders: Headers
}

const maxRedirects = 5

/** Asks until there is an answer that is no refusal. 416 is an answer. Throws only FoibleErrors. */
export async function hubFetch(
  options: HubFetchOptions,
  url: string,
  init: RequestInit,
  signal: AbortSignal,
): Promise<HubResponse> {
  for (let attempt = 0; ; attempt++) {
    throwIfCancelled(signal)
    const isLast = attempt + 1 >= options.maxAttempts
    let answer: HubResponse
    try {
      answer = await followRedirects(options, url, init, signal)
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
    if (isLast || ms > maxWaitMs) throw exhausted(response, ms, url)
    await wait(options, ms, response.status === 429 ? 'rate limit' : `status ${response.status}`, signal)
  }
}

/** A `fetch` for libraries: the same, bound to a signal. */
export function bindHubFetch(options: HubFetchOptions, signal: AbortSignal): typeof fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    return (await hubFetch(options, url, init ?? {}, signal)).response
  }
}

/** Follows by hand: the hop to the CDN must not carry our token, and the hop before it carries the checksums. */
async function followRedirects(
  options: HubFetchOptions,
  url: string,
  init: RequestInit,
  signal: AbortSignal,
): Promise<HubResponse> {
  let current = url
  let hubHeaders: Headers | null = null
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const ownOrigin = new URL(current).origin === new URL(options.endpoint).origin
    const headers = new Headers(init.headers)
    if (ownOrigin && options.token !== null) headers.set('authorization', `Bearer ${options.token}`)
    const response = await options.fetch(current, { ...init, headers, signal, redirect: 'manual' })
    // The first hop that names a checksum speaks for the file; a redirect of a renamed repository does not.
    if (!hubHeaders?.has('x-linked-etag') && ownOrigin) hubHeaders = response.headers
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null)
      return { response, hubHeaders: hubHeaders ?? response.headers }
    await discardBody(response)
    current = new URL(location, current).href
  }
  throw new FoibleError('network', `The Hub sent Foible in circles from ${url}; try again later.`, { url })
}

async function wait(options: HubFetchOptions, ms: number, reason: string, signal: AbortSignal): Promise<void> {
  options.onWait?.({ ms, reason })
  try {
    await options.delay(ms, signal)
  } catch (error) {
    throwIfCancelled(signal)
    throw error
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

function unreachable(endpoint: string, cause: unknown): FoibleError {
  const reason =
    cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : String(cause)
  return new FoibleError(
    'network',
    `The Hub at ${endpoint} cannot be reached (${reason}); check the connection and try again.`,
    { endpoint },
    { cause },
  )
}

function refusal(response: Response, hubHeaders: Headers, url: string): FoibleError {
  const code = hubHeaders.get('x-error-code')
  const said = hubHeaders.get('x-error-message') ?? ''
  const details = { url, status: response.status, code, said }
  if (code === 'GatedRepo') {
    return new FoibleError(
      'auth_required',
      'This repository is gated: accept its terms on the Hub, then set HF_TOKEN.',
      details,
    )
  }
  if (response.status === 401 || response.status === 403) {
    return new FoibleError(
      'auth_required',
      'The Hub does not show this repository: check its name, or set HF_TOKEN to a token that may read it.',
      details,
    )
  }
  if (response.status === 404) {
    const missing =
      { RevisionNotFound: 'revision', EntryNotFound: 'file', RepoNotFound: 'repository' }[code ?? ''] ?? 'page'
    return new FoibleError('not_found', `There is no such ${missing} on the Hub: ${new URL(url).pathname}.`, details)
  }
  return new FoibleError(
    'network',
    `The Hub refused a request with status ${response.status}${said ? ` (${said})` : ''}.`,
    details,
  )
}

function exhausted(response: Response, ms: number, url: string): FoibleError {
  if (response.status === 429) {
    const seconds = Math.ceil(ms / 1000)
    return new FoibleError(
      'rate_limited',
      `The Hub asks for a pause of ${seconds} s; go on later, or set HF_TOKEN for a higher limit.`,
      { url, seconds },
    )
  }
  return new FoibleError('network', `The Hub is in trouble (status ${response.status}); try again later.`, {
    url,
    status: response.status,
  })
}

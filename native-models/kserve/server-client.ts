// Requests to one inference server: bounded in time and size, tried again where that helps, never sent on to somebody else.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { describeLoss } from './server-losses.ts'

export interface ServerClientOptions {
  /** Root of the server, without a slash at its end. */
  readonly url: string
  readonly token: string | null
  readonly signal: AbortSignal
  /** How often a request is sent before its loss is told. */
  readonly attempts: number
  /** For one attempt, from the first byte sent to the last one received. */
  readonly timeoutMs: number
  /** Milliseconds before the attempt after `attempt` (from 0), where the server does not say; the tests wait less. */
  readonly waitMs?: (attempt: number) => number
  /** Called before a request is sent again to a server that was lost in between: it may have come back as another. */
  readonly onReturn?: () => Promise<void>
}

export interface ServerAnswer {
  readonly headers: Headers
  readonly bytes: Uint8Array
}

export interface ServerClient {
  /** Throws what `post` throws, and `network` where the answer is no JSON. */
  readonly getJson: (path: string, maxBytes: number) => Promise<unknown>
  /**
   * Throws `network` (not reached, too slow, sent on, cut off), `auth_required`, `not_found`, `rate_limited`, `predictor_failed` (the
   * server's own error, in its words; details: `{status}`), `too_large` (more than `maxBytes`), `cancelled`.
   */
  readonly post: (
    path: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array<ArrayBuffer> | string,
    maxBytes: number,
  ) => Promise<ServerAnswer>
}

const firstWaitMs = 250
const longestWaitMs = 15_000
/** A server that asks for more has more to do than to answer. */
const longestAskedMs = 20_000
const mostSilences = 1
/** Of a refusal's text. */
const maxReasonBytes = 2 ** 16
const shownReason = 300

const reasonShape = z.union([
  z.object({ error: z.string() }).transform(({ error }) => error),
  z.object({ detail: z.string() }).transform(({ detail }) => detail),
  z.object({ message: z.string() }).transform(({ message }) => message),
])

/** A server that starts, or a proxy whose server is away: which one answers next is not known. */
const away: ReadonlySet<number> = new Set([502, 503, 504])
const passing: ReadonlySet<number> = new Set([408, 425, 429, ...away])

export function createServerClient(options: ServerClientOptions): ServerClient {
  const { url, token, signal } = options
  const host = new URL(url).host
  assertSecret(url, token, host)
  const waitMs = options.waitMs ?? ((attempt) => Math.min(firstWaitMs * 2 ** attempt, longestWaitMs))

  async function ask(path: string, init: RequestInit, maxBytes: number): Promise<ServerAnswer> {
    const headers = new Headers(init.headers)
    // Scores hardly shrink, and a length that is said of the JSON is not that of what travels.
    headers.set('accept-encoding', 'identity')
    if (token !== null) headers.set('authorization', `Bearer ${token}`)
    let lost = false
    let silences = 0
    for (let attempt = 0; ; attempt++) {
      throwIfCancelled(signal)
      const isLast = attempt + 1 >= options.attempts
      const limit = AbortSignal.timeout(options.timeoutMs)
      const either = AbortSignal.any([signal, limit])
      try {
        if (lost) await options.onReturn?.()
        lost = false
        const response = await fetch(`${url}/${path}`, { ...init, headers, redirect: 'manual', signal: either })
        if (response.ok) return { headers: response.headers, bytes: await readBody(response, maxBytes, host) }
        if (!passing.has(response.status) || isLast) throw await refusalOf(response, host)
        lost = away.has(response.status)
        await response.body?.cancel()
        await sleep(askedWait(response.headers) ?? waitMs(attempt), undefined, { signal })
      } catch (error) {
        throwIfCancelled(signal)
        if (error instanceof FoibleError) throw error
        const isSilent = limit.aborted
        const loss = describeLoss(error, isSilent, host, options.timeoutMs)
        // Somebody who waited that long twice need not wait longer.
        if (!loss.mayPass || isLast || (isSilent && ++silences > mostSilences)) throw loss.error
        lost = true
        await sleep(waitMs(attempt), undefined, { signal }).catch(() => throwIfCancelled(signal))
      }
    }
  }

  return {
    async getJson(path, maxBytes) {
      const { bytes } = await ask(path, { headers: { accept: 'application/json' } }, maxBytes)
      try {
        return JSON.parse(new TextDecoder().decode(bytes))
      } catch (cause) {
        const message = `${host} answered with something that is no JSON: is there a server of the Open Inference Protocol (KServe v2)?`
        throw new FoibleError('network', message, { host, path }, { cause })
      }
    },
    post: (path, headers, body, maxBytes) => ask(path, { method: 'POST', headers, body }, maxBytes),
  }
}

/** A token in the clear would be anybody's who is on the way. */
function assertSecret(url: string, token: string | null, host: string): void {
  const { protocol, hostname } = new URL(url)
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  if (token === null || protocol === 'https:' || isHere) return
  throw new FoibleError(
    'auth_required',
    `The token for ${host} would go over the network for all to read: give the server’s https address, or no token.`,
    { host },
  )
}

/** What `Retry-After` says, in seconds or as a date. */
function askedWait(headers: Headers): number | null {
  const text = headers.get('retry-after')?.trim()
  if (text === undefined || text === '') return null
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), longestAskedMs) : null
}

async function readBody(response: Response, maxBytes: number, host: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  const declared = Number(response.headers.get('content-length') ?? 0)
  for await (const chunk of declared > maxBytes ? [] : (response.body ?? [])) {
    length += chunk.length
    if (length > maxBytes) break
    chunks.push(chunk)
  }
  if (declared <= maxBytes && length <= maxBytes) return Buffer.concat(chunks)
  await response.body?.cancel().catch(() => undefined) // It is locked, or gone already.
  throw new FoibleError(
    'too_large',
    `${host} answered with more than the ${maxBytes} bytes that its answer can have: check what it serves.`,
    { host, maxBytes },
  )
}

async function refusalOf(response: Response, host: string): Promise<FoibleError> {
  const { status } = response
  const details = { host, status }
  if (status >= 300 && status < 400) {
    await response.body?.cancel()
    const to = originOf(response.headers.get('location'), response.url)
    const message = `${host} sends requests on${to === null ? '' : ` to ${to}`}, and Foible does not follow: give the address that answers.`
    return new FoibleError('network', message, details)
  }
  const reason = await readReason(response, host)
  const because = reason === '' ? '' : `: ${reason}`
  switch (status) {
    case 401:
    case 403:
      return new FoibleError(
        'auth_required',
        `${host} wants another token than it was given (${status}${because}).`,
        details,
      )
    case 404:
      return new FoibleError(
        'not_found',
        `${host} has no such model or version (404${because}): check its name.`,
        details,
      )
    case 429:
      return new FoibleError('rate_limited', `${host} has too much to do (429${because}): go on later.`, details)
    default:
      return new FoibleError(
        passing.has(status) ? 'network' : 'predictor_failed',
        `${host} answered ${status}${because}. What was predicted is kept: see the server’s log, then start the run again.`,
        details,
      )
  }
}

/** The server's own words, as the protocol has them (`{"error": "..."}`), or the beginning of what it wrote. */
async function readReason(response: Response, host: string): Promise<string> {
  const text = await readBody(response, maxReasonBytes, host).then(
    (bytes) => new TextDecoder().decode(bytes),
    () => '', // What it says may be lost; that it refused is known.
  )
  const words = reasonShape.safeParse(parsedOrNull(text)).data ?? text.replaceAll(/<[^>]*>/g, ' ')
  return words
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, shownReason)
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function originOf(location: string | null, base: string): string | null {
  if (location === null || !URL.canParse(location, base)) return null
  return new URL(location, base).origin
}

// The Hub as Foible sees it: revisions become commits once, files have URLs at a commit, requests are patient.
import { datasetInfo, modelInfo } from '@huggingface/hub'
import { setTimeout as sleep } from 'node:timers/promises'
import { FoibleError } from '#core/errors.ts'
import { bindHubFetch, hubFetch, type HubFetchOptions, type HubResponse } from './hub-fetch.ts'
import { RequestBudget } from './request-budget.ts'
import { maxWaitMs } from './retry-wait.ts'

export interface HubRepo {
  readonly type: 'dataset' | 'model'
  /** `owner/name`, or a bare `name` of the Hub's early days. */
  readonly name: string
}

/** What the Hub says a file is. */
export interface FileFacts {
  readonly sizeBytes: number | null
  /** Of the content, for files in large-file storage. */
  readonly sha256: string | null
  /** Git's name of the blob, for all others. */
  readonly gitOid: string | null
}

/** Bytes from `start` to before `end`; null: to the end of the file. */
export interface ByteRange {
  readonly start: number
  readonly end: number | null
}

export interface HubClientOptions extends Partial<Omit<HubFetchOptions, 'endpoint' | 'token'>> {
  /** Origin without a trailing slash. */
  readonly endpoint: string
  readonly token: string | null | (() => Promise<string | null>)
}

/** For somebody who waits at the screen: an answer, or the reason why there is none, within seconds. */
const brief = { maxAttempts: 2, maxWaitMs: 5000, stallMs: 5000 }

export class HubClient {
  readonly #options: HubFetchOptions

  constructor({ token, ...options }: HubClientOptions) {
    this.#options = {
      fetch: globalThis.fetch,
      delay: async (ms, signal) => {
        await sleep(ms, undefined, { signal })
      },
      now: Date.now,
      maxAttempts: 8,
      maxWaitMs,
      stallMs: 30_000,
      budget: new RequestBudget(),
      onWait: () => () => {},
      ...options,
      token: typeof token === 'function' ? token : () => Promise.resolve(token),
    }
  }

  get endpoint(): string {
    return this.#options.endpoint
  }

  get stallMs(): number {
    return this.#options.stallMs
  }

  /** The same client with less patience; both share the budget of requests. */
  brief(): HubClient {
    const { stallMs } = this.#options
    return new HubClient({ ...this.#options, ...brief, stallMs: Math.min(stallMs, brief.stallMs) })
  }

  /** The same client with another token. */
  withToken(token: string): HubClient {
    return new HubClient({ ...this.#options, token })
  }

  /** Another account has other limits than those that were learnt. */
  forgetLimits(): void {
    this.#options.budget.reset()
  }

  /** For the calls of @huggingface/hub, which know neither signals nor retries. */
  libraryOptions(signal: AbortSignal): { readonly hubUrl: string; readonly fetch: typeof fetch } {
    return { hubUrl: this.endpoint, fetch: bindHubFetch(this.#options, signal) }
  }

  /** A JSON document of the API, unchecked; `path` begins with a slash. */
  async getJson(path: string, signal: AbortSignal): Promise<unknown> {
    const response = await bindHubFetch(this.#options, signal)(this.endpoint + path)
    return await response.json()
  }

  /** The commit that a branch, tag or commit stands for; null = the default branch. */
  async resolveRevision(repo: HubRepo, revision: string | null, signal: AbortSignal): Promise<string> {
    assertRepoName(repo.name)
    const request = {
      ...this.libraryOptions(signal),
      name: repo.name,
      revision: revision ?? 'main',
    }
    const { sha } =
      repo.type === 'dataset'
        ? await datasetInfo({ ...request, additionalFields: ['sha'] })
        : await modelInfo({ ...request, additionalFields: ['sha'] })
    if (typeof sha === 'string' && isCommit(sha)) return sha
    throw new FoibleError('network', `The Hub names no commit for ${repo.name}; try again later.`, { repo: repo.name })
  }

  /**
   * The bytes of a file at a commit (`range` null: all). @huggingface/hub has no answer that tells the status and the
   * checksum, both of which a resumed download needs.
   */
  async requestFile(
    repo: HubRepo,
    sha: string,
    path: string,
    range: ByteRange | null,
    urgent: boolean,
    signal: AbortSignal,
  ): Promise<{ readonly response: Response; readonly facts: FileFacts }> {
    const prefix = repo.type === 'dataset' ? 'datasets/' : ''
    const url = `${this.endpoint}/${prefix}${repo.name}/resolve/${encodeURIComponent(sha)}/${encodePath(path)}`
    // Compressed on the way, neither sizes nor ranges would mean what they say.
    const headers = new Headers({ 'accept-encoding': 'identity' })
    if (range) headers.set('range', `bytes=${range.start}-${range.end === null ? '' : range.end - 1}`)
    const answer = await hubFetch(this.#options, url, { headers }, signal, urgent)
    return { response: answer.response, facts: readFacts(answer) }
  }
}

export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision)
}

export function assertRepoName(name: string): void {
  if (/^(?:[\w-][\w.-]*\/)?[\w-][\w.-]*$/.test(name)) return
  throw new FoibleError('usage', `“${name}” is not a Hub id. It looks like owner/name.`, { repo: name })
}

/** The library pastes paths into URLs as they are: every part is encoded here. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

/** `X-Linked-*` speak for large files; otherwise the entity tag is Git's blob name. */
function readFacts({ response, hubHeaders }: HubResponse): FileFacts {
  const tag = (hubHeaders.get('x-linked-etag') ?? hubHeaders.get('etag') ?? '').replace(/^W\//, '').replaceAll('"', '')
  const whole = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1]
  const size =
    hubHeaders.get('x-linked-size') ??
    whole ??
    (response.status === 200 ? response.headers.get('content-length') : null)
  return {
    sizeBytes: size ? Number(size) : null,
    sha256: /^[0-9a-f]{64}$/.test(tag) ? tag : null,
    gitOid: /^[0-9a-f]{40}$/.test(tag) ? tag : null,
  }
}

// What the Hub refuses with, as typed errors with the way out. No token is ever part of one.
import { FoibleError } from '#core/errors.ts'

export function unreachable(endpoint: string, cause: unknown): FoibleError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  const reason = inner instanceof Error ? inner.message : String(inner)
  return new FoibleError(
    'network',
    `The Hub at ${endpoint} cannot be reached (${reason}); check the connection and try again.`,
    { endpoint },
    { cause },
  )
}

export function refusal(response: Response, hubHeaders: Headers, url: string): FoibleError {
  const code = hubHeaders.get('x-error-code')
  const said = hubHeaders.get('x-error-message') ?? ''
  const details = { url, status: response.status, code, said }
  if (code === 'GatedRepo') {
    return new FoibleError(
      'auth_required',
      'This repository is gated: accept its terms on the Hub, then give Foible a token (HF_TOKEN).',
      details,
    )
  }
  if (response.status === 401 || response.status === 403) {
    return new FoibleError(
      'auth_required',
      'The Hub does not show this repository: check its name, or give Foible a token that may read it (HF_TOKEN).',
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

/** Patience is at its end: after a 429, or a 5xx that did not pass. */
export function exhausted(status: number, ms: number, url: string): FoibleError {
  if (status === 429) {
    const seconds = Math.ceil(ms / 1000)
    return new FoibleError(
      'rate_limited',
      `The Hub asks for a pause of ${seconds} s; go on later, or give Foible a token (HF_TOKEN) for a higher limit.`,
      { url, seconds },
    )
  }
  return new FoibleError('network', `The Hub is in trouble (status ${status}); try again later.`, { url, status })
}

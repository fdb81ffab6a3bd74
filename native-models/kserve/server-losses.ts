// What a failed fetch means: a server that is away for a moment, or something that no second attempt mends. Pure.
import { FoibleError } from '#core/errors.ts'

export interface Loss {
  /** A second attempt may succeed. */
  readonly mayPass: boolean
  readonly error: FoibleError
}

const certificate = /CERT|SELF_SIGNED|SSL|TLS|UNABLE_TO_(?:VERIFY|GET_ISSUER)/
/** Answers that are no HTTP, or whose length is not what was announced. */
const brokenAnswer = /^HPE_|does not match the HTTP|^UND_ERR_(?:RES_CONTENT_LENGTH|HEADERS_OVERFLOW|INVALID)/

/** @param error What fetch, or reading its body, threw. */
export function describeLoss(error: unknown, isTimeout: boolean, host: string, timeoutMs: number): Loss {
  const code = codeOf(error)
  const details = { host, code }
  const network = (message: string) => new FoibleError('network', message, details, { cause: error })
  if (isTimeout) {
    const seconds = Math.round(timeoutMs / 1000)
    const message = `${host} did not answer within ${seconds} seconds: see whether it is overloaded, or give it smaller batches.`
    return { mayPass: true, error: network(message) }
  }
  if (certificate.test(code)) {
    const message = `${host} shows a certificate that this computer does not trust (${code}): start Foible with NODE_EXTRA_CA_CERTS naming the file of its authority.`
    return { mayPass: false, error: network(message) }
  }
  if (brokenAnswer.test(code)) {
    const message = `${host} answers with broken HTTP (${code}): check that the address leads to the server’s HTTP port, not to its gRPC port.`
    return { mayPass: false, error: network(message) }
  }
  const message = `${host} cannot be reached (${code}). What was predicted is kept: see that the server runs, then start the run again.`
  return { mayPass: true, error: network(message) }
}

/** The system's name for what went wrong: fetch hides it in a cause, and in that one's errors where a host has several addresses. */
function codeOf(error: unknown): string {
  let said = ''
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code
    said = at.message
    at = at instanceof AggregateError && at.cause === undefined ? at.errors[0] : at.cause
  }
  return said === '' ? String(error) : said
}

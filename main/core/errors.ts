// The closed union of everything that may go wrong as expected: a code, a sentence that says what to do, and details.
// Bugs are not in here: they throw ordinary errors and cross the contract as `internal`.
import { shortenMiddle } from './format/shorten.ts'

export const errorCodes = [
  'usage', // the call itself makes no sense: a wrong option, an impossible combination
  'filter_syntax', // details: {position, expected}
  'unknown_name', // details: {name, nearest}
  'not_found', // a dataset, model, file or sample that is not there
  'already_exists',
  'empty_source', // nothing in the folder or repository that Foible could import
  'unsupported_format', // recognised, and not read
  'unsafe_path', // absolute, escaping the root, or through a link
  'broken_file', // details: {file, position}
  'too_large', // beyond a safety limit
  'model_invalid', // truncated or not an ONNX model
  'model_unsupported', // a valid model that Foible cannot run; details say which part
  'predictor_failed', // the prediction process died or reported an error
  'library_newer', // written by a newer Foible
  'library_locked', // another process has it open
  'no_space',
  'no_permission',
  'network', // the server could not be reached, or answered nonsense
  'rate_limited',
  'auth_required', // 401, or a gated repository
  'cancelled',
  'internal', // a bug; details: {id}
] as const

export type ErrorCode = (typeof errorCodes)[number]

export type ErrorDetails = Readonly<Record<string, unknown>>

/** Sentences hold names from files, which may be of any length. */
const maxMessageLength = 1000

/** An expected failure. `message` is one sentence for a person, with the way out in it. */
export class FoibleError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(shortenMiddle(message, maxMessageLength), options)
    this.name = 'FoibleError'
    this.code = code
    this.details = details
  }
}

/** Ends an exhaustive switch. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`)
}

/** Throws `cancelled` if the signal has been aborted. */
export function throwIfCancelled(signal: { readonly aborted: boolean } | undefined): void {
  if (signal?.aborted) throw new FoibleError('cancelled', 'Cancelled.')
}

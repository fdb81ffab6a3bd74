// Failures on their way between threads.
import { FoibleError } from '#core/errors.ts'
import { sqliteFailure } from '#store/sqlite.ts'
import type { Failure } from './thread-messages.ts'

/** `folder`: where SQLite failed, if it did. */
export function packFailure(error: unknown, folder: string): Failure {
  const known = error instanceof FoibleError ? error : sqliteFailure(error, folder)
  if (known !== null) return { code: known.code, message: known.message, details: known.details, stack: null }
  const { message, stack = null } = error instanceof Error ? error : { message: String(error) }
  return { code: null, message, details: {}, stack }
}

/** The same error again; a bug has the stack of where it happened. */
export function unpackFailure({ code, message, details, stack }: Failure): Error {
  if (code !== null) return new FoibleError(code, message, details)
  const error = new Error(message)
  if (stack !== null) error.stack = stack
  return error
}

// Failures of the disk and of SQLite, whichever handler they come out of, as the typed errors that they are.
import type { CallContext, Handlers } from '#contract/contract.ts'
import { sqliteFailure } from '#store/sqlite.ts'

type AnyHandler = (input: unknown, context: CallContext) => unknown

export function translateFailures(handlers: Handlers, library: string): Handlers {
  const wrapped = Object.entries(handlers).map(([name, handler]) => {
    const translated: AnyHandler = async (input, context) => {
      try {
        return await (handler as AnyHandler)(input, context)
      } catch (error) {
        throw sqliteFailure(error, library) ?? error
      }
    }
    return [name, translated]
  })
  // The same names with functions of the same types, which the type of Object.entries has lost.
  return Object.fromEntries(wrapped) as Handlers
}

// Work that a file from anywhere decides on, such as matching its regular expressions, for so long and no longer. Blocks its thread.
import { type Context, Script, createContext } from 'node:vm'

const timedOut = 'ERR_SCRIPT_EXECUTION_TIMEOUT'

export type LimitTime = <T>(work: () => T) => T

/** Runs work to its end, or stops it in the midst of what it does and throws what `late` makes. */
export function createTimeLimit(limitMs: number, late: () => Error): LimitTime {
  const context: Context & { work?: () => void } = createContext({})
  const script = new Script('work()')
  return (work) => {
    const done: { value?: ReturnType<typeof work> } = {}
    context.work = () => {
      done.value = work()
    }
    try {
      script.runInContext(context, { timeout: limitMs })
    } catch (error) {
      throw isTimeout(error) ? late() : error
    }
    return done.value as ReturnType<typeof work>
  }
}

/** It comes from the script's own realm, where errors are no instances of this one's. */
function isTimeout(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === timedOut
}

// Long work on the engine's thread, in pieces: between two of them it answers whoever asks.
import { throwIfCancelled } from '#core/errors.ts'

/** Between two pieces of work that take a few milliseconds each. Throws `cancelled`. */
export async function letOthersRun(signal?: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  throwIfCancelled(signal)
}

/** Runs a generator to its end, with a turn for others after every step. Throws `cancelled`. */
export async function runInTurns<T>(steps: Generator<unknown, T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    await letOthersRun(signal)
  }
}

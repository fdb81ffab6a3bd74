// Shared work and single waiters: one who leaves early does not stop what others still wait for.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'

/** The promise's outcome, or `cancelled` as soon as the signal aborts. The work itself goes on. */
export async function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  throwIfCancelled(signal)
  let leave = () => {}
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(new FoibleError('cancelled', 'Cancelled.'))
    signal.addEventListener('abort', leave, { once: true })
  })
  try {
    return await Promise.race([work, left])
  } finally {
    signal.removeEventListener('abort', leave)
  }
}

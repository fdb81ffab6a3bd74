// The bytes of an answer as they come, given up when nothing comes any more.
import { afterSilence } from './after-silence.ts'

/** Rejects where no byte comes for `stallMs`, or the connection breaks; ends the connection when the reader leaves. */
export async function* readChunks(response: Response, stallMs: number): AsyncGenerator<Uint8Array> {
  if (response.body === null) return
  const reader = response.body.getReader()
  try {
    for (;;) {
      const { done, value } = await withinTime(reader.read(), stallMs)
      if (done) return
      yield value
    }
  } finally {
    // A broken connection has nothing left to cancel.
    await reader.cancel().catch(() => {})
  }
}

async function withinTime<T>(work: Promise<T>, ms: number): Promise<T> {
  const late = Promise.withResolvers<never>()
  const cancel = afterSilence(ms, () => late.reject(new Error(`nothing came for ${ms} ms`)))
  try {
    return await Promise.race([work, late.promise])
  } finally {
    cancel()
  }
}

import { describe, expect, it } from 'vitest'
import { SharedWork } from '#engine/images/shared-work.ts'

/** Work that ends when the test says so. */
function trial() {
  const work = new SharedWork<string>()
  const begun: { signal: AbortSignal; done: PromiseWithResolvers<string> }[] = []
  const join = (signal: AbortSignal) =>
    work.join('key', signal, (shared) => {
      const done = Promise.withResolvers<string>()
      begun.push({ signal: shared, done })
      return done.promise
    })
  return { begun, join }
}

describe('work that several wait for', () => {
  it('[EN34] is done once, and goes on while somebody waits', async () => {
    const { begun, join } = trial()
    const [first, second] = [new AbortController(), new AbortController()]
    const waits = [join(first.signal), join(second.signal)]
    expect(begun).toHaveLength(1)
    first.abort()
    await expect(waits[0]).rejects.toMatchObject({ code: 'cancelled' })
    expect(begun[0]!.signal.aborted).toBe(false)
    begun[0]!.done.resolve('made')
    expect(await waits[1]).toBe('made')
  })

  it('[EN35] is given up when nobody waits, and begun anew for the next', async () => {
    const { begun, join } = trial()
    const first = new AbortController()
    const wait = join(first.signal)
    first.abort()
    await expect(wait).rejects.toMatchObject({ code: 'cancelled' })
    expect(begun[0]!.signal.aborted).toBe(true)
    const next = join(new AbortController().signal)
    expect(begun).toHaveLength(2)
    // What was given up may still fail; that is nobody's failure.
    begun[0]!.done.reject(new Error('given up'))
    begun[1]!.done.resolve('made')
    expect(await next).toBe('made')
    await expect(join(first.signal)).rejects.toMatchObject({ code: 'cancelled' })
    expect(begun).toHaveLength(2)
  })
})

import { describe, expect, it } from 'vitest'
import type { Channel } from '#contract/channel.ts'
import { createChannelPair } from '#contract/channel-pair.ts'
import { createReconnectingClient } from '../../../../renderer/engine/reconnecting-client.ts'

/** Answers every request with its name, and lets the test break the channel. */
function createEngine() {
  const ends: Channel[] = []
  return {
    ends,
    open: async () => {
      const [near, far] = createChannelPair()
      ends.push(far)
      far.onMessage((message) => {
        const request = message as { type: string; id: number; name: string }
        if (request.type === 'request') far.send({ type: 'reply', id: request.id, ok: true, output: [request.name] })
      })
      return near
    },
  }
}

describe('the reconnecting client', () => {
  it('[UI24] lets calls wait until the engine is there', async () => {
    const engine = createEngine()
    const { client } = createReconnectingClient(engine.open, 1)
    await expect(client.call('jobs.list', {})).resolves.toEqual(['jobs.list'])
  })

  it('[UI24] connects again, tells of it, and keeps its listeners', async () => {
    const engine = createEngine()
    const connection = createReconnectingClient(engine.open, 1)
    const states: string[] = []
    connection.onStatusChange((status) => states.push(status))
    const changed: string[] = []
    connection.client.on('dataset.changed', ({ dataset }) => changed.push(dataset))
    await connection.client.call('jobs.list', {})
    engine.ends[0]?.close()
    await expect(connection.client.call('jobs.list', {})).resolves.toEqual(['jobs.list'])
    engine.ends[1]?.send({ type: 'event', name: 'dataset.changed', payload: { dataset: 'd', version: 2 } })
    await connection.client.call('jobs.list', {})
    expect(changed).toEqual(['d'])
    expect(states).toEqual(['open', 'lost', 'open'])
  })

  it('[UI24] tries again when the engine does not answer', async () => {
    const engine = createEngine()
    let attempts = 0
    const { client } = createReconnectingClient(() => {
      attempts += 1
      return attempts < 3 ? Promise.reject(new Error('not yet')) : engine.open()
    }, 1)
    await client.call('jobs.list', {})
    expect(attempts).toBe(3)
  })

  it('[UI25] gives up a call that is aborted while it waits', async () => {
    const { client } = createReconnectingClient(() => new Promise(() => undefined), 1)
    const abort = new AbortController()
    const call = client.call('jobs.list', {}, { signal: abort.signal })
    abort.abort()
    await expect(call).rejects.toMatchObject({ code: 'cancelled' })
  })
})

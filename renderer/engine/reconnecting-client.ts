// A client that outlives its channel: it opens a new one when the engine has gone, and calls wait for it.
import { FoibleError } from '#core/errors.ts'
import type { Channel } from '#contract/channel.ts'
import type { EventName, EventPayload } from '#contract/contract.ts'
import { connectRpc, type RpcClient } from '#contract/rpc.ts'
import type { ConnectionStatus } from './connection.ts'

export interface ReconnectingClient {
  readonly client: RpcClient
  readonly status: () => ConnectionStatus
  onStatusChange(listener: (status: ConnectionStatus) => void): () => void
}

type Subscribe = (client: RpcClient) => void

const longestDelayMs = 5000

/**
 * Keeps one channel open. `open` resolves with a channel that is ready, or rejects; then it is tried again after
 * `delayMs`, doubled up to 5 s. Listeners carry over from one channel to the next.
 */
export function createReconnectingClient(open: () => Promise<Channel>, delayMs = 250): ReconnectingClient {
  const subscriptions = new Set<Subscribe>()
  const statusListeners = new Set<(status: ConnectionStatus) => void>()
  let status: ConnectionStatus = 'connecting'
  let current: RpcClient | null = null
  let waiting: (() => void)[] = []
  let closed = false

  function setStatus(next: ConnectionStatus): void {
    status = next
    for (const listener of statusListeners) listener(next)
  }

  function connect(delay: number): void {
    open().then(
      (channel) => {
        const client = connectRpc(channel)
        current = client
        client.onClose(() => {
          current = null
          if (closed) return
          setStatus('lost')
          connect(delayMs)
        })
        for (const subscribe of subscriptions) subscribe(client)
        const released = waiting
        waiting = []
        setStatus('open')
        for (const release of released) release()
      },
      () => {
        if (closed) return
        setStatus('lost')
        setTimeout(() => connect(Math.min(delay * 2, longestDelayMs)), delay)
      },
    )
  }

  function whenOpen(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new FoibleError('cancelled', 'Cancelled.'))
      waiting.push(resolve)
      signal?.addEventListener('abort', () => reject(new FoibleError('cancelled', 'Cancelled.')), { once: true })
    })
  }

  const client: RpcClient = {
    async call(name, input, options = {}) {
      while (current === null) await whenOpen(options.signal)
      return current.call(name, input, options)
    },
    on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void) {
      const stops: (() => void)[] = []
      const subscribe: Subscribe = (live) => stops.push(live.on(name, listener))
      subscriptions.add(subscribe)
      if (current !== null) subscribe(current)
      return () => {
        subscriptions.delete(subscribe)
        for (const stop of stops) stop()
      }
    },
    onClose(listener) {
      statusListeners.add((next) => {
        if (next === 'lost') listener()
      })
    },
    close() {
      closed = true
      current?.close()
    },
  }

  connect(delayMs)
  return {
    client,
    status: () => status,
    onStatusChange(listener) {
      statusListeners.add(listener)
      return () => statusListeners.delete(listener)
    },
  }
}

// The engine's side of the keychain: asks the main process, which alone can reach it.
import type { MessageEvent, ParentPort } from 'electron'
import { FoibleError } from '#core/errors.ts'
import type { Secrets } from '#engine/create-engine.ts'
import type { EngineMessage, HostMessage } from './host-protocol.ts'

export function createHostSecrets(port: ParentPort): Secrets {
  const pending = new Map<number, PromiseWithResolvers<string | null>>()
  let lastId = 0
  port.on('message', ({ data }: MessageEvent) => {
    const message = data as HostMessage
    if (message.type !== 'secret') return
    const asked = pending.get(message.id)
    pending.delete(message.id)
    if (message.failure === null) asked?.resolve(message.value)
    else asked?.reject(new FoibleError('no_permission', 'The keychain cannot be used; unlock it and try again.'))
  })
  const ask = (question: { readonly name: string; readonly value?: string | null }) => {
    const id = ++lastId
    const answer = Promise.withResolvers<string | null>()
    pending.set(id, answer)
    port.postMessage({ type: 'secret', id, ...question } satisfies EngineMessage)
    return answer.promise
  }
  return {
    get: (name) => ask({ name }),
    async set(name, value) {
      await ask({ name, value })
    },
  }
}

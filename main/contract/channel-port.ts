// A channel over a MessagePort, as browsers, Node and Electron's main side have it (they differ in how one listens).
import type { Channel } from './channel.ts'

interface DomPort {
  postMessage(message: unknown): void
  addEventListener(type: 'message' | 'close', listener: (event: { data?: unknown }) => void): void
  start?(): void
  close(): void
}

interface NodePort {
  postMessage(message: unknown): void
  on(type: 'message' | 'close', listener: (event: unknown) => void): void
  start?(): void
  close(): void
}

/** `NodePort` events are Electron's `{data}`; plain Node's worker ports are not used by Foible. */
export function createPortChannel(port: DomPort | NodePort): Channel {
  const listen = (type: 'message' | 'close', listener: (event: { data?: unknown }) => void) => {
    if ('addEventListener' in port) port.addEventListener(type, listener)
    else port.on(type, (event) => listener((event ?? {}) as { data?: unknown }))
  }
  return {
    send: (message) => port.postMessage(message),
    onMessage(listener) {
      listen('message', (event) => listener(event.data))
      port.start?.()
    },
    onClose: (listener) => listen('close', () => listener()),
    close: () => port.close(),
  }
}

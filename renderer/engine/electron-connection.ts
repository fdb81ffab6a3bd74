// The desktop shell: the preload script hands over message ports to the engine, native dialogs and dropped files.
import { createPortChannel } from '#contract/channel-port.ts'
import type { Connection } from './connection.ts'
import { createReconnectingClient } from './reconnecting-client.ts'

/** What the preload script puts on `window.foible`. */
export interface DesktopBridge {
  /** Asks for a new port to the engine; it arrives as a window message `foible-port` with the port attached. */
  requestPort(): void
  pickFolder(): Promise<string | null>
  pickFile(): Promise<string | null>
  pickSaveFolder(): Promise<string | null>
  placeForDrop(file: File): Promise<string | null>
}

declare global {
  interface Window {
    readonly foible?: DesktopBridge
  }
}

export function createElectronConnection(bridge: DesktopBridge): Connection {
  const connection = createReconnectingClient(async () => createPortChannel(await receivePort(bridge)))
  return {
    ...connection,
    shell: 'electron',
    imageUrl: (dataset, id, size) => `foible-image://images/${encodeURIComponent(dataset)}/${id}/${size}`,
    tensorUrl: (key) => `foible-image://images/tensors/${key}`,
    pickFolder: () => bridge.pickFolder(),
    pickFile: () => bridge.pickFile(),
    pickSaveFolder: () => bridge.pickSaveFolder(),
    placeForDrop: (file) => bridge.placeForDrop(file),
  }
}

function receivePort(bridge: DesktopBridge): Promise<MessagePort> {
  return new Promise((resolve) => {
    const listener = (event: MessageEvent<unknown>) => {
      const [port] = event.ports
      if (event.source !== window || event.data !== 'foible-port' || port === undefined) return
      window.removeEventListener('message', listener)
      resolve(port)
    }
    window.addEventListener('message', listener)
    bridge.requestPort()
  })
}

// The browser shell: a WebSocket to the server that served the page, and images over HTTP.
import type { Channel } from '#contract/channel.ts'
import { createSocketChannel } from '#contract/channel-socket.ts'
import type { Connection } from './connection.ts'
import { createReconnectingClient } from './reconnecting-client.ts'

export function createBrowserConnection(origin: URL): Connection {
  const address = new URL('/rpc', origin)
  address.protocol = origin.protocol === 'https:' ? 'wss:' : 'ws:'
  const connection = createReconnectingClient(() => openSocket(address))
  return {
    ...connection,
    shell: 'browser',
    imageUrl: (dataset, id, size) => `/images/${encodeURIComponent(dataset)}/${id}/${size}`,
    tensorUrl: (key) => `/tensors/${key}`,
  }
}

function openSocket(address: URL): Promise<Channel> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address)
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('open', () =>
      resolve(
        createSocketChannel({
          binaryType: socket.binaryType,
          send: (data) => socket.send(new Uint8Array(data)),
          close: () => socket.close(),
          addEventListener: (type, listener) =>
            socket.addEventListener(type, (event) =>
              listener(event instanceof MessageEvent ? { data: event.data } : {}),
            ),
        }),
      ),
    )
    socket.addEventListener('error', () => reject(new Error('The socket did not open.')))
  })
}

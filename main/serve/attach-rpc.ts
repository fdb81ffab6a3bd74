// One browser's WebSocket as a client of the engine: its calls, all events, and a heartbeat that notices lost tunnels.
import type { WebSocket } from 'ws'
import { createSocketChannel } from '#contract/channel-socket.ts'
import { serveRpc } from '#contract/rpc.ts'
import type { ServedEngine } from './served-engine.ts'

const heartbeatMs = 30_000

export function attachRpc(socket: WebSocket, engine: ServedEngine): void {
  const channel = createSocketChannel({
    get binaryType() {
      return socket.binaryType
    },
    set binaryType(type) {
      if (type === 'arraybuffer') socket.binaryType = type
    },
    // A reply may be ready after the browser has gone.
    send: (data) => {
      if (socket.readyState === socket.OPEN) socket.send(data)
    },
    close: () => socket.close(),
    addEventListener: (type, listener) => {
      if (type === 'message') socket.addEventListener('message', (event) => receive(socket, listener, event.data))
      else socket.addEventListener('close', () => listener({}))
    },
  })
  const server = serveRpc(channel, engine.handlers, (error, call) => engine.logBug(error, call))
  const unsubscribe = engine.events.listen((name, payload) => server.emit(name, payload))

  let answered = true
  const heartbeat = setInterval(() => {
    if (!answered) return socket.terminate()
    answered = false
    socket.ping()
  }, heartbeatMs)
  heartbeat.unref()
  socket.on('pong', () => {
    answered = true
  })
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    clearInterval(heartbeat)
    unsubscribe()
  })
}

/** A frame that is no message ends the connection, not the server. Handlers run later, so only decoding can throw here. */
function receive(socket: WebSocket, listener: (event: { data?: unknown }) => void, data: unknown): void {
  try {
    listener({ data })
  } catch {
    socket.close(1007, 'not a message')
  }
}

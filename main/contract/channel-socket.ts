// A channel over a WebSocket: one MessagePack document a frame, typed arrays as binary extensions.
import { ExtensionCodec, decode, encode } from '@msgpack/msgpack'
import type { Channel } from './channel.ts'

/** What the browser's WebSocket and the `ws` package have in common. */
interface Socket {
  binaryType: string
  send(data: Uint8Array): void
  close(): void
  addEventListener(type: 'message' | 'close', listener: (event: { data?: unknown }) => void): void
}

const arrayTypes = [Uint32Array, Float64Array, Float32Array, Int32Array, Uint16Array] as const

const codec = new ExtensionCodec()
arrayTypes.forEach((ArrayType, type) =>
  codec.register({
    type,
    encode: (value) =>
      value instanceof ArrayType ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : null,
    // The copy gives the elements an offset that is a multiple of their size.
    decode: (bytes) => new ArrayType(bytes.slice().buffer as ArrayBuffer),
  }),
)

export function createSocketChannel(socket: Socket): Channel {
  socket.binaryType = 'arraybuffer'
  return {
    send: (message) => socket.send(encode(message, { extensionCodec: codec, ignoreUndefined: true })),
    onMessage: (listener) =>
      socket.addEventListener('message', (event) =>
        listener(decode(new Uint8Array(event.data as ArrayBuffer), { extensionCodec: codec })),
      ),
    onClose: (listener) => socket.addEventListener('close', () => listener()),
    close: () => socket.close(),
  }
}

// Lets yauzl read from any random-access file: small reads come out of larger windows, because each may be a request.
import { Readable } from 'node:stream'
import { callbackify } from 'node:util'
import { RandomAccessReader } from 'yauzl'
import type { AsyncFile } from './dataset-reader.ts'

const keptWindows = 8
const streamedBytes = 1 << 20

interface Window {
  readonly start: number
  readonly bytes: Promise<Uint8Array>
  readonly end: number
}

export class ZipReader extends RandomAccessReader {
  readonly #file: AsyncFile
  /** Newest last. */
  #windows: Window[] = []
  /** Bytes that a small read fetches: many while the directory is read, few for the header of one member. */
  windowBytes: number

  constructor(file: AsyncFile, windowBytes: number) {
    super()
    this.#file = file
    this.windowBytes = windowBytes
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    callbackify(async () => {
      const bytes = await this.#slice(position, position + length)
      if (bytes.length !== length) throw new Error('unexpected end of file')
      buffer.set(bytes, offset)
    })(callback)
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#stream(start, end))
  }

  async *#stream(start: number, end: number): AsyncGenerator<Uint8Array> {
    for (let position = start; position < end;) {
      const window = this.#find(position, position + 1)
      const until = Math.min(end, window?.end ?? position + streamedBytes)
      const bytes = window
        ? (await window.bytes).subarray(position - window.start, until - window.start)
        : new Uint8Array(await this.#file.slice(position, until))
      if (bytes.length === 0) return
      yield bytes
      position += bytes.length
    }
  }

  async #slice(start: number, end: number): Promise<Uint8Array> {
    let window = this.#find(start, end)
    if (window === undefined) {
      const until = Math.min(this.#file.byteLength, Math.max(end, start + this.windowBytes))
      const bytes = start < until ? this.#file.slice(start, until) : Promise.resolve(new ArrayBuffer(0))
      window = { start, end: until, bytes: bytes.then((buffer) => new Uint8Array(buffer)) }
      this.#windows = [...this.#windows.slice(1 - keptWindows), window]
      // What could not be read is asked for again.
      window.bytes.catch(() => (this.#windows = this.#windows.filter((kept) => kept !== window)))
    }
    return (await window.bytes).subarray(start - window.start, end - window.start)
  }

  #find(start: number, end: number): Window | undefined {
    return this.#windows.findLast((window) => window.start <= start && end <= window.end)
  }
}

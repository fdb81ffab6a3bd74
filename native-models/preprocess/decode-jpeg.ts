// libjpeg's own decoder as WebAssembly: the same pixels as Pillow's, bit for bit, on every platform.
import createMozjpeg from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

export interface JpegPixels {
  readonly width: number
  readonly height: number
  /** RGBA, as stored: the EXIF orientation is not applied. */
  readonly data: Uint8Array
}

/** Pixels, or what libjpeg said: a JPEG that it cannot turn into RGB (CMYK), or one that is broken or ends early. */
export type JpegDecoder = (bytes: Uint8Array) => JpegPixels | { readonly reason: string }

/** The part of the Emscripten module that is used here. */
interface MozjpegModule {
  readonly decode: (
    bytes: Uint8Array,
    appliesOrientation: boolean,
  ) => { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray } | null
}
interface MozjpegOptions {
  readonly noInitialRun: boolean
  readonly wasmBinary: Uint8Array
  readonly print: (line: string) => void
  readonly printErr: (line: string) => void
}

const wasmPath = '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm'

/** A decoder of one thread. */
export async function createJpegDecoder(): Promise<JpegDecoder> {
  const create: (options: MozjpegOptions) => Promise<MozjpegModule> = createMozjpeg
  let said = ''
  const listen = (line: string) => (said = line)
  const wasmBinary = await readFile(createRequire(import.meta.url).resolve(wasmPath))
  const mozjpeg = await create({ noInitialRun: true, wasmBinary, print: listen, printErr: listen })
  return (bytes) => {
    said = ''
    try {
      const image = mozjpeg.decode(bytes, false)
      // libjpeg only warns of this, and leaves the rest grey.
      const isWhole = image !== null && !said.startsWith('Premature end')
      if (!isWhole) return { reason: said }
      const { width, height, data } = image
      return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }
    } catch {
      // What is thrown is Emscripten's exit status; libjpeg's reason was printed.
      return { reason: said }
    }
  }
}

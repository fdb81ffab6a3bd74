// Encoded bytes to upright 8-bit pixels, three or four bytes each. Knows nothing of models.
import { FoibleError } from '#core/errors.ts'
import { JsColorType, Transformer } from '@napi-rs/image'
import { createJpegDecoder, type JpegPixels } from './decode-jpeg.ts'
import { readImageHeader } from './read-image-header.ts'

export interface DecodedImage {
  readonly width: number
  readonly height: number
  /** 3 = RGB, 4 = RGBA, whose fourth byte is to be ignored: alpha is dropped, never composited. */
  readonly pixelBytes: 3 | 4
  readonly data: Uint8Array
}

/** More than any camera makes; a decoded image of this size takes 300 MB. */
export const defaultMaxPixels = 100_000_000

/**
 * Upright pixels of JPEG, PNG, WebP, BMP, TIFF, AVIF and what else @napi-rs/image reads. Grey is repeated three times, 16 bits keep their
 * upper 8. Blocks while it decodes: call it where that is meant.
 * Throws `broken_file`, `unsupported_format` or `too_large`.
 */
export type ImageDecoder = (bytes: Uint8Array, maxPixels?: number) => DecodedImage

/** A decoder of one thread. */
export async function createImageDecoder(): Promise<ImageDecoder> {
  const decodeJpeg = await createJpegDecoder()
  return (bytes, maxPixels = defaultMaxPixels) => {
    const header = readImageHeader(bytes)
    if (header !== null && header.width * header.height > maxPixels) throw tooLarge(header, maxPixels)
    if (header?.complete === false) throw brokenFile('its end is missing')
    const orientation = header?.orientation ?? 1
    try {
      const jpeg = header?.format === 'jpeg' ? decodeJpeg(bytes) : null
      if (jpeg !== null && 'data' in jpeg) return upright(jpeg, orientation)
      // What libjpeg does not turn into RGB, and all other kinds.
      if (jpeg !== null && !/color conversion/.test(jpeg.reason)) throw brokenFile(jpeg.reason)
      return decodeOther(bytes, orientation, maxPixels)
    } catch (cause) {
      if (cause instanceof FoibleError) throw cause
      throw decoderError(cause)
    }
  }
}

function upright({ width, height, data }: JpegPixels, orientation: number): DecodedImage {
  if (orientation === 1) return { width, height, pixelBytes: 4, data }
  const turned = Transformer.fromRgbaPixels(data, width, height).rotate(orientation).rawPixelsSync()
  const size = orientation >= 5 ? { width: height, height: width } : { width, height }
  return { ...size, pixelBytes: 4, data: turned }
}

function decodeOther(bytes: Uint8Array, orientation: number, maxPixels: number): DecodedImage {
  const transformer = new Transformer(bytes)
  if (orientation !== 1) transformer.rotate(orientation)
  const data = transformer.rawPixelsSync()
  // Once the pixels are decoded and turned, this is their size.
  const { width, height, colorType } = transformer.metadataSync()
  if (width * height > maxPixels) throw tooLarge({ width, height }, maxPixels)
  return { width, height, ...toRgb(data, colorType, width * height) }
}

function toRgb(data: Uint8Array, colorType: JsColorType, pixels: number): Pick<DecodedImage, 'pixelBytes' | 'data'> {
  switch (colorType) {
    case JsColorType.Rgb8:
      return { pixelBytes: 3, data }
    case JsColorType.Rgba8:
      return { pixelBytes: 4, data }
    case JsColorType.L8:
      return spread(data, pixels, 1, 0)
    case JsColorType.La8:
      return spread(data, pixels, 2, 0)
    case JsColorType.L16:
      return spread(upperBytes(data), pixels, 1, 0)
    case JsColorType.La16:
      return spread(upperBytes(data), pixels, 2, 0)
    case JsColorType.Rgb16:
      return { pixelBytes: 3, data: upperBytes(data) }
    case JsColorType.Rgba16:
      return { pixelBytes: 4, data: upperBytes(data) }
    case JsColorType.Rgb32F:
    case JsColorType.Rgba32F:
      throw new FoibleError(
        'unsupported_format',
        'The image has floating-point pixels, which Foible does not read: save it with 8 bits a channel.',
      )
  }
}

/** Grey values as RGB. */
function spread(
  data: Uint8Array,
  pixels: number,
  step: number,
  offset: number,
): Pick<DecodedImage, 'pixelBytes' | 'data'> {
  const rgb = new Uint8Array(pixels * 3)
  for (let i = 0, from = offset, to = 0; i < pixels; i++, from += step, to += 3) {
    const value = data[from] ?? 0
    rgb[to] = value
    rgb[to + 1] = value
    rgb[to + 2] = value
  }
  return { pixelBytes: 3, data: rgb }
}

const upperByte = new Uint8Array(new Uint16Array([0x0100]).buffer)[1] === 1 ? 1 : 0

/** 8 bits of every 16. */
export function upperBytes(words: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(words.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = words[2 * i + upperByte] ?? 0
  return bytes
}

function tooLarge({ width, height }: { width: number; height: number }, maxPixels: number): FoibleError {
  const limit = Math.round(maxPixels / 1e6)
  return new FoibleError(
    'too_large',
    `The image has ${width} x ${height} pixels, more than the ${limit} million that Foible decodes: make it smaller.`,
    { width, height, maxPixels },
  )
}

function brokenFile(reason: string, cause?: unknown): FoibleError {
  return new FoibleError(
    'broken_file',
    `The image cannot be decoded (${reason}): fetch or save it again.`,
    { reason },
    { cause },
  )
}

function decoderError(cause: unknown): FoibleError {
  const reason = (cause instanceof Error ? cause.message : String(cause))
    .replace('Decode image failed', '')
    .replace(/\s+/g, ' ')
    .trim()
  if (!/not supported|could not be determined/.test(reason)) return brokenFile(reason, cause)
  const message = `The file is no image of a kind that Foible decodes (${reason}): save it as PNG or JPEG.`
  return new FoibleError('unsupported_format', message, { reason }, { cause })
}

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createImageDecoder } from '#models/preprocess/decode-image.ts'
import { readImageHeader } from '#models/preprocess/read-image-header.ts'

const folder = new URL('../../fixtures/models/decode/', import.meta.url)
const decodeImage = await createImageDecoder()
const expected: Record<string, { width: number; height: number; rgb: string | null; sha256: string }> = JSON.parse(
  readFileSync(new URL('../decode-vectors.json', folder), 'utf8'),
)
const names = readdirSync(folder)
const exact = names.filter((name) => name !== 'cmyk.jpg')

function decodeRgb(name: string): { width: number; height: number; rgb: Uint8Array } {
  const { width, height, data, pixelBytes } = decodeImage(readFileSync(new URL(name, folder)))
  return { width, height, rgb: data.filter((_, i) => i % pixelBytes < 3) }
}

describe('decoding', () => {
  it.each(exact)('[PP10] gives the pixels that Pillow gives, upright, as 8-bit RGB: %s', (name) => {
    const { width, height, rgb } = decodeRgb(name)
    expect({ width, height, sha256: createHash('sha256').update(rgb).digest('hex') }).toEqual({
      width: expected[name]?.width,
      height: expected[name]?.height,
      sha256: expected[name]?.sha256,
    })
  })

  it('[PP11] stays within 1 level of Pillow with CMYK', () => {
    const { width, height, rgb } = decodeRgb('cmyk.jpg')
    const cmyk = expected['cmyk.jpg']
    const reference = Buffer.from(cmyk?.rgb ?? '', 'hex')
    expect([width, height, rgb.length]).toEqual([cmyk?.width, cmyk?.height, reference.length])
    expect(Math.max(...rgb.map((value, i) => Math.abs(value - (reference[i] ?? 255))))).toBeLessThanOrEqual(1)
  })

  it('[PP12] finds size and orientation in the header alone', () => {
    for (const name of names) {
      const header = readImageHeader(readFileSync(new URL(name, folder)))
      const orientation = Number(/exif-(\d)/.exec(name)?.[1] ?? 1)
      const [width, height] = [header?.width, header?.height]
      const upright = orientation >= 5 ? [height, width] : [width, height]
      expect({ name, upright, orientation: header?.orientation }).toEqual({
        name,
        upright: [expected[name]?.width, expected[name]?.height],
        orientation,
      })
    }
  })

  it('[PP13] refuses an image with too many pixels before it is decoded', () => {
    const bomb = Buffer.from(readFileSync(new URL('grey.png', folder)))
    bomb.writeUInt32BE(200_000, 16)
    bomb.writeUInt32BE(200_000, 20)
    expect(() => decodeImage(bomb)).toThrow(expect.objectContaining({ code: 'too_large' }))
    expect(() => decodeImage(readFileSync(new URL('grey.png', folder)), 100)).toThrow(/24 x 17/)
  })

  it('[PP14] says of a cut off or broken image that it is, at any length', () => {
    for (const name of ['subsampled.jpg', 'grey.png', 'plain.bmp', 'progressive.jpg']) {
      const whole = readFileSync(new URL(name, folder))
      for (let length = 12; length < whole.length - 12; length += 7) {
        expect(() => decodeImage(whole.subarray(0, length)), `${name} ${length}`).toThrow(
          expect.objectContaining({ code: 'broken_file' }),
        )
      }
    }
  })

  it('[PP15] says of a file that is no image that it is none', () => {
    expect(() => decodeImage(Buffer.from('<html>not found</html>'))).toThrow(
      expect.objectContaining({ code: 'unsupported_format' }),
    )
    expect(() => decodeImage(new Uint8Array(0))).toThrow(expect.objectContaining({ code: 'unsupported_format' }))
  })

  it('[PP16] reads the header of any bytes without an error of its own', () => {
    for (const name of names) {
      const whole = readFileSync(new URL(name, folder))
      for (let i = 0; i < Math.min(whole.length, 200); i++) {
        const mutant = Buffer.from(whole)
        mutant[i] = 255 - (mutant[i] ?? 0)
        expect(() => readImageHeader(mutant)).not.toThrow()
        expect(() => readImageHeader(whole.subarray(0, i))).not.toThrow()
      }
    }
  })
})

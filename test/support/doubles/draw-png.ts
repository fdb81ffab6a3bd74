// Small drawn pictures, each of its own: a colour for the object, a pattern for the nuisance, the number in the corner pixels.
import { Transformer } from '@napi-rs/image'

/** A PNG of `size` x `size` pixels; pictures of different numbers have different bytes. */
export async function drawPng(number: number, object: number, nuisance: number, size = 8): Promise<Buffer> {
  const pixels = new Uint8Array(size * size * 4)
  const base = [(object * 47) % 200, (object * 89 + 60) % 200, (object * 131 + 120) % 200]
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = (y * size + x) * 4
      const marked = (x + y * nuisance) % (nuisance + 2) === 0
      for (let channel = 0; channel < 3; channel++) pixels[at + channel] = base[channel]! + (marked ? 50 : 0)
      pixels[at + 3] = 255
    }
  }
  for (let bits = number, at = 0; at < 4; at++, bits >>>= 8) pixels[at * 4] = bits & 255
  return await Transformer.fromRgbaPixels(pixels, size, size).png()
}

// Images of one colour each, as the tiny model of test/fixtures/models/awkward/nchw knows them: red, green, blue, dark, in turn.
import { Transformer } from '@napi-rs/image'
import type { PredictItem } from '#models/predictor.ts'

const colours = [
  [220, 20, 30],
  [10, 200, 40],
  [30, 20, 230],
  [5, 5, 5],
] as const

/** PNGs of 8 x 8; the accepted id of each is its colour's. */
export function colourImages(count: number): PredictItem[] {
  const drawn = colours.map((colour) => {
    const pixels = Buffer.alloc(8 * 8 * 4)
    for (let i = 0; i < 64; i++) pixels.set([...colour, 255], i * 4)
    return new Uint8Array(Transformer.fromRgbaPixels(pixels, 8, 8).pngSync())
  })
  return Array.from({ length: count }, (_, i) => ({
    sampleId: i + 1,
    image: { bytes: drawn[i % drawn.length]! },
    acceptedIds: [i % drawn.length],
  }))
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Preprocessing } from '#models/model-spec.ts'
import { drawTensor } from '#models/preprocess/draw-tensor.ts'
import { createPreprocessor } from '#models/preprocess/preprocessor.ts'

const steps: Preprocessing = {
  resize: null,
  resample: 'bilinear',
  crop: null,
  rescale: 1 / 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  channelOrder: 'rgb',
  origin: 'test',
}
const bytes = { rescale: 1, mean: [0, 0, 0], std: [1, 1, 1] } as const

const image = fc
  .record({ width: fc.integer({ min: 1, max: 6 }), height: fc.integer({ min: 1, max: 6 }) })
  .chain((size) =>
    fc
      .uint8Array({ minLength: size.width * size.height * 3, maxLength: size.width * size.height * 3 })
      .map((data) => ({ ...size, pixelBytes: 3 as const, data })),
  )

function fed(
  source: { width: number; height: number; pixelBytes: 3; data: Uint8Array },
  how: Preprocessing,
  layout: 'nchw' | 'nhwc',
) {
  const values = new Float32Array(source.data.length)
  createPreprocessor(how, layout).fill(source, values, 0)
  return { values, shape: { layout, width: source.width, height: source.height } }
}

/** RGBA without its A. */
const colours = (pixels: Uint8Array) => pixels.filter((_, i) => i % 4 !== 3)

describe('drawTensor', () => {
  it('[PP217] draws back what was fed, in any layout, order and normalisation', () => {
    fc.assert(
      fc.property(
        image,
        fc.constantFrom('nchw', 'nhwc'),
        fc.constantFrom('rgb', 'bgr'),
        fc.boolean(),
        (source, layout, channelOrder, isBytes) => {
          const how = { ...steps, ...(isBytes ? bytes : {}), channelOrder }
          const { values, shape } = fed(source, how, layout)
          const drawn = drawTensor(values, shape, how)
          expect(colours(drawn.pixels)).toEqual(source.data)
          expect(drawn.outsideShare).toBe(0)
          expect(drawn.marks.every((value) => value === 0)).toBe(true)
        },
      ),
      { seed: 3 },
    )
  })

  it('[PP218] shows a wrong channel order as wrong colours, and wrong values as out of range', () => {
    const red = { width: 1, height: 1, pixelBytes: 3 as const, data: Uint8Array.of(255, 0, 0) }
    const { values, shape } = fed(red, { ...steps, ...bytes, channelOrder: 'bgr' }, 'nchw')
    expect([...drawTensor(values, shape, { ...bytes, channelOrder: 'rgb' }).pixels]).toEqual([0, 0, 255, 255])
    // 255 where the network expects about -2 to 2.6.
    const drawn = drawTensor(values, shape, steps)
    expect(drawn.outsideShare).toBeCloseTo(1 / 3)
    expect([...drawn.marks]).toEqual([230, 159, 0, 255])
    const below = drawTensor(Float32Array.of(-9, 0, 0), shape, steps)
    expect([...below.marks]).toEqual([0, 114, 178, 255])
    expect(below.pixels[0]).toBe(0)
  })

  it('[PP219] gives least, mean and greatest value of each channel as they are fed', () => {
    const shape = { layout: 'nhwc', width: 2, height: 1 } as const
    const { channels } = drawTensor(Float32Array.of(-1, 0, 4, 3, 0, 8), shape, steps)
    expect(channels).toEqual([
      { min: -1, mean: 1, max: 3 },
      { min: 0, mean: 0, max: 0 },
      { min: 4, mean: 6, max: 8 },
    ])
    const none = drawTensor(new Float32Array(6).fill(Number.NaN), shape, steps)
    expect(none.channels[0]).toEqual({ min: Number.NaN, mean: Number.NaN, max: Number.NaN })
    expect(none.outsideShare).toBe(1)
    expect([...none.marks.subarray(0, 4)]).toEqual([204, 121, 167, 255])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describePreprocessing } from '#models/describe-preprocessing.ts'
import type { Preprocessing } from '#models/model-spec.ts'
import { cropBorder } from '#models/preprocess/crop-border.ts'
import type { DecodedImage } from '#models/preprocess/decode-image.ts'
import { createPreprocessor } from '#models/preprocess/preprocessor.ts'

const steps: Preprocessing = {
  resize: { kind: 'exact', width: 4, height: 4 },
  resample: 'bicubic',
  crop: null,
  rescale: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  channelOrder: 'rgb',
  origin: 'test',
}

/** Grey inside, red for `px` pixels of each edge. */
function framed(width: number, height: number, px: number, pixelBytes: 3 | 4): DecodedImage {
  const data = new Uint8Array(width * height * pixelBytes)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isBorder = Math.min(x, y, width - 1 - x, height - 1 - y) < px
      data.set(isBorder ? [255, 0, 0] : [90, 90, 90], (y * width + x) * pixelBytes)
    }
  }
  return { width, height, pixelBytes, data }
}

describe('a border', () => {
  it('[AD30] is taken off before anything else: no pixel of it reaches the model', () => {
    const size = fc.integer({ min: 7, max: 40 })
    const px = fc.integer({ min: 1, max: 3 })
    fc.assert(
      fc.property(size, size, px, fc.constantFrom<3 | 4>(3, 4), (width, height, px, pixelBytes) => {
        const image = framed(width, height, px, pixelBytes)
        const inner = cropBorder(image, px)
        expect([inner.width, inner.height]).toEqual([width - 2 * px, height - 2 * px])
        const pixels = createPreprocessor({ ...steps, cropBorderPx: px }, 'nchw').pixels(image)
        expect(new Set(pixels)).toEqual(new Set([90]))
        expect(new Set(createPreprocessor(steps, 'nchw').pixels(image))).not.toEqual(new Set([90]))
      }),
      { seed: 30, numRuns: 50 },
    )
  })

  it('[AD31] is broken_file where it is all there is', () => {
    expect(() => cropBorder(framed(4, 9, 2, 3), 2)).toThrow(expect.objectContaining({ code: 'broken_file' }))
    expect(cropBorder(framed(5, 9, 2, 3), 2)).toMatchObject({ width: 1, height: 5 })
  })

  it('[AD32] is part of the preprocessing’s words', () => {
    const words = describePreprocessing(steps)
    expect(describePreprocessing({ ...steps, cropBorderPx: 2 })).toBe(`without its 2-pixel border, ${words}`)
    expect(describePreprocessing({ ...steps, cropBorderPx: 0 })).toBe(words)
  })
})

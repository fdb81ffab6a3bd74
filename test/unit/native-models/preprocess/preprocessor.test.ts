import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Preprocessing, ResampleFilter } from '#models/model-spec.ts'
import type { DecodedImage } from '#models/preprocess/decode-image.ts'
import { planPixels } from '#models/preprocess/plan-pixels.ts'
import { createPreprocessor } from '#models/preprocess/preprocessor.ts'
import { resampleWasm } from '#models/preprocess/resample-wasm.ts'
import type { KernelFilter } from '#models/preprocess/resample-weights.ts'
import { generateResampleWasm } from '../../../../build/generators/resample-wasm.ts'
import { resamplePlain } from './resample-plain.ts'

const steps: Preprocessing = {
  resize: null,
  resample: 'bicubic',
  crop: null,
  rescale: 1 / 255,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  channelOrder: 'rgb',
  origin: 'test',
}

/** As make-resample-vectors.py makes it. */
function noise(width: number, height: number, pixelBytes: 3 | 4 = 3): DecodedImage {
  let state = 1
  const data = Uint8Array.from({ length: width * height * pixelBytes }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >>> 24
  })
  return { width, height, pixelBytes, data }
}

interface Vector {
  readonly filter: ResampleFilter
  readonly from: readonly [number, number]
  readonly to: readonly [number, number]
  readonly first: readonly number[]
  readonly sha256: string
}
const { vectors }: { vectors: readonly Vector[] } = JSON.parse(
  readFileSync(new URL('../../../fixtures/models/resample-vectors.json', import.meta.url), 'utf8'),
)

describe('resampling', () => {
  it.each(vectors)(
    '[PP1] equals Pillow bit for bit: $filter from $from to $to',
    ({ filter, from, to, first, sha256 }) => {
      const resize = { kind: 'exact', width: to[0], height: to[1] } as const
      const pixels = createPreprocessor({ ...steps, resize, resample: filter }, 'nchw').pixels(noise(...from))
      expect([...pixels.subarray(0, first.length)]).toEqual(first)
      expect(createHash('sha256').update(pixels).digest('hex')).toBe(sha256)
    },
  )

  it('[PP2] computes only the crop, and the same pixels as the whole image in plain loops', () => {
    const side = fc.integer({ min: 1, max: 60 })
    const filters = fc.constantFrom<KernelFilter>('bicubic', 'bilinear', 'box', 'hamming', 'lanczos')
    const pixelBytes = fc.constantFrom<3 | 4>(3, 4)
    fc.assert(
      fc.property(
        side,
        side,
        side,
        side,
        side,
        side,
        filters,
        pixelBytes,
        (w, h, toW, toH, cropW, cropH, filter, bytes) => {
          const image = noise(w, h, bytes)
          const preprocessing: Preprocessing = {
            ...steps,
            resample: filter,
            resize: { kind: 'exact', width: toW, height: toH },
            crop: { width: cropW, height: cropH },
          }
          const expected = resamplePlain(image, planPixels(w, h, preprocessing), filter)
          const found = createPreprocessor(preprocessing, 'nchw').pixels(image)
          expect(Buffer.compare(found, expected)).toBe(0)
        },
      ),
      { seed: 7, numRuns: 300 },
    )
  })

  it('[PP3] gives the same pixels whatever was preprocessed before', () => {
    const preprocessing: Preprocessing = {
      ...steps,
      resize: { kind: 'shortest-edge', size: 12 },
      crop: { width: 16, height: 12 },
    }
    const preprocessor = createPreprocessor(preprocessing, 'nchw')
    const images = [noise(9, 9), noise(300, 200), noise(4, 50), noise(33, 31, 4)]
    const fresh = images.map((image) => Buffer.from(createPreprocessor(preprocessing, 'nchw').pixels(image)))
    for (const i of [0, 1, 2, 3, 2, 0, 1]) {
      expect(Buffer.compare(preprocessor.pixels(images[i] ?? noise(1, 1)), fresh[i] ?? Buffer.alloc(0))).toBe(0)
    }
  })

  it('[PP4] is compiled from the source beside it', async () => {
    expect(await generateResampleWasm()).toContain(resampleWasm)
  })
})

describe('geometry', () => {
  const planned = (width: number, height: number, crop: NonNullable<Preprocessing['crop']>) => {
    const { resizedWidth, resizedHeight, left, top } = planPixels(width, height, {
      ...steps,
      resize: { kind: 'shortest-edge', size: 256 },
      crop,
    })
    return [resizedWidth, resizedHeight, left, top]
  }

  it('[PP5] cuts the longer side off to whole pixels and halves odd margins down', () => {
    expect(planned(301, 257, { width: 224, height: 224 })).toEqual([299, 256, 37, 16])
    expect(planned(257, 301, { width: 224, height: 224 })).toEqual([256, 299, 16, 37])
  })

  it('[PP6] rounds odd margins to the even neighbour where the model was evaluated with torchvision', () => {
    const crop = { width: 224, height: 224, rounding: 'half-even' } as const
    expect(planned(301, 257, crop)).toEqual([299, 256, 38, 16])
    expect(planned(297, 256, crop)).toEqual([297, 256, 36, 16])
  })

  it('[PP7] fills a crop that is larger than the image with black, as Transformers and torchvision do', () => {
    expect(planned(256, 256, { width: 259, height: 257 })).toEqual([256, 256, -2, -1])
    expect(planned(256, 256, { width: 259, height: 257, rounding: 'half-even' })).toEqual([256, 256, -1, 0])
    const preprocessing: Preprocessing = { ...steps, crop: { width: 5, height: 3 } }
    const pixels = createPreprocessor(preprocessing, 'nchw').pixels({
      width: 2,
      height: 1,
      pixelBytes: 3,
      data: Uint8Array.of(1, 2, 3, 4, 5, 6),
    })
    expect([...pixels.subarray(15, 30)]).toEqual([0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0, 0])
    expect(pixels.reduce((sum, value) => sum + value)).toBe(21)
  })
})

describe('tensor', () => {
  const image: DecodedImage = { width: 2, height: 1, pixelBytes: 3, data: Uint8Array.of(0, 51, 102, 153, 204, 255) }
  const preprocessing: Preprocessing = { ...steps, mean: [0, 0.2, 0.4], std: [1, 0.5, 0.25] }
  const tensor = (changes: Partial<Preprocessing>, layout: 'nchw' | 'nhwc') => {
    const values = new Float32Array(8).fill(9)
    createPreprocessor({ ...preprocessing, ...changes }, layout).fill(image, values, 1)
    return Array.from(values, (value) => Math.round(value * 1e6) / 1e6)
  }

  it('[PP8] holds (value * rescale - mean) / std in planes, or a pixel at a time', () => {
    expect(tensor({}, 'nchw')).toEqual([9, 0, 0.6, 0, 1.2, 0, 2.4, 9])
    expect(tensor({}, 'nhwc')).toEqual([9, 0, 0, 0, 0.6, 1.2, 2.4, 9])
  })

  it('[PP9] turns the channels round for BGR, whose mean and deviation are in the order of the tensor', () => {
    expect(tensor({ channelOrder: 'bgr' }, 'nhwc')).toEqual([9, 0.4, 0, -1.6, 1, 1.2, 0.8, 9])
  })
})

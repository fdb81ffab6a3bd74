import { describe, expect, it } from 'vitest'
import type { Preprocessing } from '#models/model-spec.ts'
import { locateCrop } from '#models/preprocess/locate-crop.ts'

const steps: Preprocessing = {
  resize: { kind: 'shortest-edge', size: 256 },
  resample: 'bicubic',
  crop: { width: 224, height: 224 },
  rescale: 1 / 255,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  channelOrder: 'rgb',
  origin: 'test',
}

describe('locateCrop', () => {
  it('[PP220] says which part of the image is cut out', () => {
    expect(locateCrop(512, 512, steps)).toEqual({ x: 0.0625, y: 0.0625, width: 0.875, height: 0.875 })
    // 640 x 480 becomes 341 x 256.
    expect(locateCrop(640, 480, steps)).toEqual({ x: 58 / 341, y: 0.0625, width: 224 / 341, height: 0.875 })
    const squashed = { ...steps, resize: { kind: 'exact', width: 224, height: 224 }, crop: null } as const
    expect(locateCrop(640, 480, squashed)).toEqual({ x: 0, y: 0, width: 1, height: 1 })
  })

  it('[PP221] reaches out of the image where black is put around it, and counts without a dataset’s border', () => {
    const padded = { ...steps, resize: null, crop: { width: 20, height: 20 } }
    expect(locateCrop(10, 20, padded)).toEqual({ x: -0.5, y: 0, width: 2, height: 1 })
    expect(locateCrop(14, 24, { ...padded, cropBorderPx: 2 })).toEqual({ x: -0.5, y: 0, width: 2, height: 1 })
    expect(() => locateCrop(4, 24, { ...padded, cropBorderPx: 2 })).toThrow(
      expect.objectContaining({ code: 'broken_file' }),
    )
  })
})

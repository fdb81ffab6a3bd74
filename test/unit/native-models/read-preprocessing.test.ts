import { describe, expect, it } from 'vitest'
import {
  defaultPreprocessing,
  preprocessedSize,
  readTimmPreprocessing,
  readTransformersPreprocessing,
} from '#models/read-preprocessing.ts'

const read = (json: object) => readTransformersPreprocessing(json, 'preprocessor_config.json')

describe('preprocessing of a model’s card', () => {
  it('[MD1] follows CLIPImageProcessor: shorter side, centre crop, rescale, mean and deviation', () => {
    const found = read({
      image_processor_type: 'CLIPImageProcessor',
      size: { shortest_edge: 256 },
      resample: 3,
      do_center_crop: true,
      crop_size: { height: 224, width: 200 },
      image_mean: [0.1, 0.2, 0.3],
      image_std: [0.4, 0.5, 0.6],
    })
    expect(found).toEqual({
      resize: { kind: 'shortest-edge', size: 256 },
      resample: 'bicubic',
      crop: { width: 200, height: 224 },
      rescale: 1 / 255,
      mean: [0.1, 0.2, 0.3],
      std: [0.4, 0.5, 0.6],
      channelOrder: 'rgb',
      origin: 'preprocessor_config.json',
    })
  })

  it('[MD2] follows ViTImageProcessor: an exact size, no crop, bilinear where nothing is said', () => {
    const found = read({ image_processor_type: 'ViTImageProcessor', size: { height: 224, width: 224 } })
    expect([found.resize, found.crop, found.resample]).toEqual([
      { kind: 'exact', width: 224, height: 224 },
      null,
      'bilinear',
    ])
    expect(read({ feature_extractor_type: 'ViTFeatureExtractor', size: 224, resample: 2 }).resize).toEqual({
      kind: 'exact',
      width: 224,
      height: 224,
    })
    expect(read({ feature_extractor_type: 'CLIPFeatureExtractor', size: 224, crop_size: 224 }).resize).toEqual({
      kind: 'shortest-edge',
      size: 224,
    })
  })

  it('[MD3] follows ConvNextImageProcessor: size / crop_pct and a crop below 384 pixels, the exact size from there on', () => {
    const small = read({
      image_processor_type: 'ConvNextImageProcessor',
      size: { shortest_edge: 224 },
      crop_pct: 0.875,
    })
    expect([small.resize, small.crop]).toEqual([
      { kind: 'shortest-edge', size: 256 },
      { width: 224, height: 224 },
    ])
    const large = read({ image_processor_type: 'ConvNextImageProcessor', size: { shortest_edge: 384 }, crop_pct: 1 })
    expect([large.resize, large.crop]).toEqual([{ kind: 'exact', width: 384, height: 384 }, null])
  })

  it('[MD4] leaves out the steps that are switched off', () => {
    const found = read({
      do_resize: false,
      do_center_crop: true,
      crop_size: 32,
      do_rescale: false,
      do_normalize: false,
      do_flip_channel_order: true,
    })
    expect([found.resize, found.rescale, found.mean, found.std, found.channelOrder]).toEqual([
      null,
      1,
      [0, 0, 0],
      [1, 1, 1],
      'bgr',
    ])
  })

  it('[MD5] follows timm’s pretrained_cfg: floor(size / crop_pct), torchvision’s crop', () => {
    const found = readTimmPreprocessing(
      {
        input_size: [3, 288, 288],
        interpolation: 'bicubic',
        crop_pct: 0.95,
        mean: [0.5, 0.5, 0.5],
        std: [0.5, 0.5, 0.5],
      },
      'config.json',
    )
    expect([found.resize, found.crop]).toEqual([
      { kind: 'shortest-edge', size: 303 },
      { width: 288, height: 288, rounding: 'half-even' },
    ])
    expect(readTimmPreprocessing({ input_size: [3, 224, 224] }, 'config.json').resample).toBe('bilinear')
    expect(
      readTimmPreprocessing({ input_size: [3, 224, 224], crop_pct: 1, crop_mode: 'squash' }, 'config.json').resize,
    ).toEqual({ kind: 'exact', width: 224, height: 224 })
  })

  it.each([
    [{ resample: 9 }, 'resample'],
    [{ do_center_crop: true }, 'crop_size'],
    [{ size: { longest_edge: 3 } }, 'size'],
    [{ size: 'large' }, 'size'],
    [{ rescale_offset: true }, 'rescale_offset'],
    [{ image_mean: [1, 2] }, 'image_mean'],
  ])('[MD6] refuses steps that it does not know, and names the part: %j', (json, part) => {
    expect(() => read(json)).toThrow(
      expect.objectContaining({ code: 'model_unsupported', details: { file: 'preprocessor_config.json', part } }),
    )
  })

  it('[MD7] knows the size that comes out, where the image does not decide it', () => {
    expect(preprocessedSize(defaultPreprocessing(224, 224))).toEqual({ width: 224, height: 224 })
    expect(preprocessedSize({ ...defaultPreprocessing(224, 224), crop: null })).toBeNull()
  })
})

import { describe, expect, it } from 'vitest'
import { chooseInput } from '#models/choose-tensors.ts'
import { parseOnnx } from '#models/parse-onnx.ts'
import { readInputRange } from '#models/read-input-range.ts'
import { settlePreprocessing } from '#models/settle-preprocessing.ts'
import { type TinyModel, buildOnnx } from '../../fixtures/models/build-onnx.ts'

const noFiles = { onnx: 'm.onnx', name: 'm', config: null, preprocessor: null, labels: null, card: null }

function settle(model: TinyModel, config: object | null = null, preprocessor: object | null = null) {
  const graph = parseOnnx(buildOnnx(model), 'm.onnx')
  const notes: string[] = []
  const files = {
    ...noFiles,
    config: config && { file: 'config.json', json: config },
    preprocessor: preprocessor && { file: 'preprocessor_config.json', json: preprocessor },
  }
  return { ...settlePreprocessing(files, graph, chooseInput(graph), notes).preprocessing, notes }
}

const rangeOf = (model: TinyModel) => readInputRange(parseOnnx(buildOnnx(model), 'm.onnx'), 'pixels')
const timm = { input_size: [3, 8, 8], interpolation: 'bilinear', crop_pct: 0.8, mean: [0.1, 0.2, 0.3], std: [1, 1, 1] }

describe('what a graph says of its pixels', () => {
  it('[RM19] tells bytes from values of 0 to 1 by the first mean or deviation', () => {
    expect(rangeOf({ normalises: 'bytes' })).toBe('bytes')
    expect(rangeOf({ normalises: 'unit' })).toBe('unit')
    expect(rangeOf({})).toBeNull()
  })

  it('[RM19] is followed where nothing else speaks, and only mentioned where a card does', () => {
    expect(settle({ normalises: 'bytes' })).toMatchObject({ rescale: 1, mean: [0, 0, 0], std: [1, 1, 1] })
    expect(settle({ normalises: 'unit' })).toMatchObject({ rescale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] })
    const carded = settle({ normalises: 'unit' }, { pretrained_cfg: timm })
    expect(carded.mean).toEqual([0.1, 0.2, 0.3])
    expect(carded.notes).toEqual([expect.stringMatching(/config\.json.*followed, although/)])
  })

  it('[RM20] comes from Windows ML’s metadata', () => {
    const metadata = { 'Image.NominalPixelRange': 'NominalRange_0_255', 'Image.BitmapPixelFormat': 'Bgr8' }
    expect(settle({ metadata })).toMatchObject({ rescale: 1, channelOrder: 'bgr', origin: 'model metadata' })
    expect(settle({ metadata: { 'Image.NominalPixelRange': 'Normalized_1_1' } })).toMatchObject({
      rescale: 1 / 255,
      mean: [0.5, 0.5, 0.5],
      channelOrder: 'rgb',
    })
    expect(settle({ metadata: { 'Image.NominalPixelRange': 'something' } }).origin).toBe('default')
  })

  it('[RM20] comes whole from Ultralytics’ metadata, with the size where the graph leaves it open', () => {
    const metadata = { author: 'Ultralytics', task: 'classify', imgsz: '[64, 64]' }
    const found = settle({ metadata, input: { shape: ['batch', 3, 'height', 'width'] } })
    expect(found).toMatchObject({
      resize: { kind: 'shortest-edge', size: 64 },
      crop: { width: 64, height: 64 },
      resample: 'bilinear',
      mean: [0, 0, 0],
    })
    expect(settle({ metadata: { ...metadata, task: 'detect' } }).origin).toBe('default')
  })

  it('[RM21] is timm’s where its processor or config says so, nested or flat', () => {
    const expected = { resize: { kind: 'shortest-edge', size: 10 }, mean: [0.1, 0.2, 0.3], resample: 'bilinear' }
    const wrapper = { image_processor_type: 'TimmWrapperImageProcessor' }
    expect(settle({}, { pretrained_cfg: timm })).toMatchObject(expected)
    expect(settle({}, { architecture: 'tiny', ...timm })).toMatchObject(expected)
    expect(settle({}, { pretrained_cfg: timm }, wrapper)).toMatchObject(expected)
    expect(settle({}, null, { ...wrapper, pretrained_cfg: timm })).toMatchObject(expected)
    const plain = { image_processor_type: 'ViTImageProcessor', size: { height: 8, width: 8 } }
    expect(settle({}, { pretrained_cfg: timm }, plain).origin).toBe('preprocessor_config.json')
  })
})

it('[RM22] finds external weights wherever they hide, with extents that are numbers or NaN', () => {
  const inWeights = parseOnnx(buildOnnx({ external: 'w.bin' }), 'm').externalData
  expect(inWeights).toEqual([{ location: 'w.bin', offset: 0, length: 48 }])
  const inOperator = parseOnnx(buildOnnx({ externalConstant: '../../secret' }), 'm').externalData
  expect(inOperator).toEqual([{ location: '../../secret', offset: 0, length: null }])
  expect(parseOnnx(buildOnnx({ externalConstant: 'c', externalInBranch: true }), 'm').externalData).toHaveLength(1)
})

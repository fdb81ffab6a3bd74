import { describe, expect, it } from 'vitest'
import { chooseVariant, listVariants } from '#core/models/model-variants.ts'

const files = (...paths: string[]) => paths.map((path) => ({ path, sizeBytes: 10 }))
const names = (...paths: string[]) => listVariants(files(...paths)).variants.map(({ name }) => name)

describe('variants of a model', () => {
  it('[RM9] are precisions of one model, full precision first, with the weights beside them', () => {
    const found = listVariants(
      files(
        'config.json',
        'onnx/model_q4.onnx',
        'onnx/model_fp16.onnx',
        'onnx/model_fp16.onnx_data',
        'onnx/model_fp16.onnx_data_1',
        'onnx/model.onnx',
        'onnx/model_q4f16.onnx',
      ),
    )
    expect(found.variants).toEqual([
      { name: 'fp32', file: 'onnx/model.onnx', sizeBytes: 10 },
      { name: 'fp16', file: 'onnx/model_fp16.onnx', sizeBytes: 30 },
      { name: 'q4f16', file: 'onnx/model_q4f16.onnx', sizeBytes: 10 },
      { name: 'q4', file: 'onnx/model_q4.onnx', sizeBytes: 10 },
    ])
    expect(found.chosen?.name).toBe('fp32')
    expect(listVariants(files('model_quantized.onnx', 'model_int8.onnx')).chosen?.name).toBe('int8')
    expect(names('resnet50.onnx', 'resnet50-fp16.onnx')).toEqual(['fp32', 'fp16'])
    expect(names('model.onnx', 'onnx/model.onnx')).toEqual(['fp32', 'onnx/model'])
  })

  it('[RM11] are several models where their names differ, of which model.onnx is the usual one', () => {
    expect(names('onnx/encoder.onnx', 'onnx/decoder.onnx')).toEqual(['onnx/decoder', 'onnx/encoder'])
    expect(listVariants(files('a.onnx', 'b.onnx')).chosen).toBeNull()
    expect(listVariants(files('a.onnx', 'model.onnx')).chosen?.file).toBe('model.onnx')
    expect(() => chooseVariant(listVariants(files('a.onnx', 'b.onnx')), null, 'o/m')).toThrow(
      expect.objectContaining({ code: 'usage', details: expect.objectContaining({ variants: ['a', 'b'] }) }),
    )
  })

  it('[RM10] are chosen by name, path or file name; others are refused with those that are there', () => {
    const found = listVariants(files('onnx/model.onnx', 'onnx/model_fp16.onnx'))
    for (const wanted of ['fp16', 'onnx/model_fp16.onnx', 'model_fp16.onnx', 'model_fp16'])
      expect(chooseVariant(found, wanted, 'o/m').file).toBe('onnx/model_fp16.onnx')
    expect(() => chooseVariant(found, 'q4', 'o/m')).toThrow(/“q4”.*fp32, fp16/)
    expect(() => chooseVariant(listVariants([]), null, 'o/m')).toThrow(
      expect.objectContaining({ code: 'unsupported_format' }),
    )
  })
})

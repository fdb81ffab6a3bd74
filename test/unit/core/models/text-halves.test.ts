import { describe, expect, it } from 'vitest'
import { listVariants } from '#core/models/model-variants.ts'
import { findTextHalf } from '#core/models/text-halves.ts'

const variants = (...paths: string[]) => listVariants(paths.map((path) => ({ path, sizeBytes: 10 })))

describe('the two graphs of a dual encoder', () => {
  it('[DE1] are one variant a precision, with the weights of both', () => {
    const found = variants(
      'onnx/vision_model.onnx',
      'onnx/vision_model_fp16.onnx',
      'onnx/text_model.onnx',
      'onnx/text_model.onnx_data',
      'onnx/text_model_fp16.onnx',
      'tokenizer.json',
    )
    expect(found.variants).toEqual([
      { name: 'fp32', file: 'onnx/vision_model.onnx', sizeBytes: 30 },
      { name: 'fp16', file: 'onnx/vision_model_fp16.onnx', sizeBytes: 20 },
    ])
    expect(found.chosen?.name).toBe('fp32')
  })

  it('[DE1] stand behind the graph that has both halves', () => {
    const found = variants('onnx/model.onnx', 'onnx/text_model.onnx', 'onnx/vision_model.onnx')
    expect(found.variants.map(({ name }) => name)).toEqual(['onnx/model', 'onnx/vision_model'])
    expect(found.chosen?.file).toBe('onnx/model.onnx')
  })

  it.each([
    ['vision_model_q4.onnx', ['text_model.onnx', 'text_model_q4.onnx'], 'text_model_q4.onnx'],
    ['vision_model_q4.onnx', ['text_model_fp16.onnx', 'text_model.onnx'], 'text_model.onnx'],
    ['visual.onnx', ['textual.onnx', 'text.onnx'], 'textual.onnx'],
    ['ViT-B-32.image_encoder.onnx', ['ViT-B-32.text_encoder.onnx'], 'ViT-B-32.text_encoder.onnx'],
    ['clip-image-fp16.onnx', ['clip-text-fp16.onnx'], 'clip-text-fp16.onnx'],
    ['Vision_Model.onnx', ['Text_Model.ONNX'], 'Text_Model.ONNX'],
    ['onnx/vision_model.onnx', ['text_model.onnx'], null],
    ['division.onnx', ['ditext.onnx', 'text.onnx'], null],
    ['model.onnx', ['text_model.onnx'], null],
  ])('[DE2] of %s among %j is %s', (graph, files, expected) => {
    expect(findTextHalf(graph, files)).toBe(expected)
  })
})

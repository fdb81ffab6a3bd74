import { describe, expect, it } from 'vitest'
import { describeGraph } from '#models/describe-graph.ts'
import type { ModelFiles } from '#models/find-model-files.ts'
import type { TensorSpec } from '#models/model-spec.ts'
import type { OnnxGraph } from '#models/parse-onnx.ts'
import { chooseEmbedding, chooseTextInputs, listTextInputs } from '#models/text/choose-text-tensors.ts'
import { readTextLimits } from '#models/text/read-text-limits.ts'

type Tensors = Readonly<Record<string, readonly [type: string, ...shape: (number | null)[]]>>

const tensors = (given: Tensors): TensorSpec[] =>
  Object.entries(given).map(([name, [type, ...shape]]) => ({ name, type, shape }))

function graph(inputs: Tensors, outputs: Tensors): OnnxGraph {
  return {
    inputs: tensors(inputs),
    outputs: tensors(outputs),
    producers: new Map(),
    nodes: [],
    constants: new Map(),
    constantShapes: new Map(),
    externalData: [],
    irVersion: 8,
    opset: 17,
    ownDomains: new Set(),
    metadata: new Map(),
  }
}

const float = 'float32'
const ids = ['int64', null, null] as const
const pixels = [float, null, null, null, null] as const
/** As Transformers.js has them. */
const clipVision = graph(
  { pixel_values: pixels },
  { image_embeds: [float, null, 512], last_hidden_state: [float, null, null, 768] },
)
const clipText = graph(
  { input_ids: ids },
  { text_embeds: [float, null, 512], last_hidden_state: [float, null, null, 512] },
)
const siglipVision = graph(
  { pixel_values: pixels },
  { last_hidden_state: [float, null, null, 768], pooler_output: [float, null, 768] },
)
const both = graph(
  { input_ids: ids, pixel_values: pixels, attention_mask: ids },
  {
    logits_per_image: [float, null, null],
    logits_per_text: [float, null, null],
    text_embeds: [float, null, 512],
    image_embeds: [float, null, 512],
  },
)

describe('tensors of real exports', () => {
  it.each([
    ['CLIP’s images', clipVision, 'image', 'image_embeds'],
    ['CLIP’s texts', clipText, 'text', 'text_embeds'],
    ['SigLIP’s images', siglipVision, 'image', 'pooler_output'],
    ['images of both halves', both, 'image', 'image_embeds'],
    ['texts of both halves', both, 'text', 'text_embeds'],
    ['OpenCLIP’s images', graph({ image: pixels }, { image_features: [float, null, 512] }), 'image', 'image_features'],
    [
      'a nameless half',
      graph({ x: pixels }, { '/proj/Gemm_output_0': [float, null, 64] }),
      'image',
      '/proj/Gemm_output_0',
    ],
  ] as const)('[DE31] are found: %s', (_, of, half, name) => {
    expect(chooseEmbedding(of, half).name).toBe(name)
  })

  it('[DE31] are refused where several could be meant, or none', () => {
    const two = graph({}, { a: [float, null, 4], b: [float, null, 4] })
    const maps = graph({}, { last_hidden_state: [float, null, null, 8] })
    for (const wrong of [two, maps]) {
      expect(() => chooseEmbedding(wrong, 'image')).toThrow(
        expect.objectContaining({
          code: 'model_unsupported',
          details: expect.objectContaining({ part: 'image output' }),
        }),
      )
    }
  })

  it('[DE31] of texts are ids and at most a mask', () => {
    expect(chooseTextInputs(both)).toMatchObject({ ids: { name: 'input_ids' }, mask: { name: 'attention_mask' } })
    expect(chooseTextInputs(clipText)).toMatchObject({ ids: { name: 'input_ids' }, mask: null })
    const positions = graph({ input_ids: ids, position_ids: ids }, { text_embeds: [float, null, 4] })
    expect(() => chooseTextInputs(positions)).toThrow(expect.objectContaining({ code: 'model_unsupported' }))
    expect(listTextInputs(graph({ pixel_values: pixels, image_sizes: ['int64', null, 2] }, {}))).toEqual([])
  })

  it('[DE16] describe images alone where no text half is there', () => {
    const files: ModelFiles = {
      onnx: 'vision_model.onnx',
      name: 'm',
      config: { file: 'config.json', json: { model_type: 'clip_vision_model' } },
      preprocessor: { file: 'preprocessor_config.json', json: { do_center_crop: true, size: 224, crop_size: 224 } },
      labels: null,
      card: null,
    }
    expect(describeGraph(files, clipVision, {})).toMatchObject({
      outputKind: 'embedding',
      output: { name: 'image_embeds' },
      embedding: { size: 512 },
      classes: [],
      width: 224,
    })
    const open = graph({ pixel_values: pixels }, { image_embeds: [float, null, null] })
    expect(() => describeGraph(files, open, {})).toThrow(expect.objectContaining({ code: 'model_unsupported' }))
    const sized = { ...files, config: { file: 'config.json', json: { projection_dim: 640 } } }
    expect(describeGraph(sized, open, {}).embedding?.size).toBe(640)
  })
})

describe('lengths of texts', () => {
  const tokenizer = {
    tokenizer: {
      model: { vocab: {} },
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: null,
      post_processor: null,
      decoder: null,
    },
    idOf: (token: string) => (token === '<|endoftext|>' ? 49_407 : null),
  }
  const input = (length: number | null): TensorSpec => ({ name: 'input_ids', type: 'int64', shape: [null, length] })
  const read = (length: number | null, ofTokenizer: unknown, model: unknown, mask: TensorSpec | null = null) =>
    readTextLimits(input(length), mask, tokenizer, { tokenizer: ofTokenizer, model })

  it('[DE32] are the graph’s, else the tokenizer’s or the model’s, whichever is less', () => {
    expect(read(40, { model_max_length: 77 }, {}).maxTokens).toBe(40)
    expect(read(null, { model_max_length: 77 }, { text_config: { max_position_embeddings: 64 } }).maxTokens).toBe(64)
    // What Transformers writes for tokenizers without a limit.
    expect(read(null, { model_max_length: 1e30 }, { text_config: { max_position_embeddings: 64 } }).maxTokens).toBe(64)
    expect(read(null, null, null).maxTokens).toBe(77)
    expect(read(null, { model_max_length: 'long' }, { text_config: 7 }).maxTokens).toBe(77)
  })

  it('[DE32] are filled up as the model was trained', () => {
    expect(read(null, { pad_token: { content: '<|endoftext|>' } }, { model_type: 'clip' })).toMatchObject({
      padId: 49_407,
      padsToMax: false,
      lowercase: false,
    })
    expect(read(null, { pad_token: '!' }, { model_type: 'siglip', text_config: { pad_token_id: 1 } })).toMatchObject({
      padId: 1,
      padsToMax: true,
      lowercase: true,
    })
    expect(read(null, null, { model_type: 'align' }).padsToMax).toBe(true)
    expect(read(null, null, { model_type: 'align' }, input(null)).padsToMax).toBe(false)
  })
})

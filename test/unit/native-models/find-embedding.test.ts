// Graphs as they are described, without weights or a runtime.
import { describe, expect, it } from 'vitest'
import { findEmbedding } from '#models/find-embedding.ts'
import type { TensorSpec } from '#models/model-spec.ts'
import type { GraphNode, OnnxGraph } from '#models/parse-onnx.ts'

type Step = readonly [
  opType: string,
  inputs: readonly string[],
  output: string,
  integers?: Readonly<Record<string, number>>,
]

interface Sketch {
  readonly steps: readonly Step[]
  readonly weights?: Readonly<Record<string, readonly number[]>>
  readonly outputs?: readonly TensorSpec[]
}

const scores: TensorSpec = { name: 'scores', type: 'float32', shape: [null, 10] }

function graphOf({ steps, weights = {}, outputs = [scores] }: Sketch): OnnxGraph {
  const nodes = steps.map(([opType, inputs, output, integers = {}]): GraphNode => ({
    opType,
    domain: '',
    inputs,
    outputs: [output],
    integers: new Map(Object.entries(integers)),
  }))
  return {
    inputs: [{ name: 'pixels', type: 'float32', shape: [null, 3, 8, 8] }],
    outputs,
    nodes,
    producers: new Map(nodes.map((node) => [node.outputs[0]!, node])),
    constants: new Map(),
    constantShapes: new Map(Object.entries(weights)),
    externalData: [],
    irVersion: 8,
    opset: 17,
    ownDomains: new Set(),
    metadata: new Map(),
  }
}

const find = (sketch: Sketch) => findEmbedding(graphOf(sketch), 'scores', 10)
const pooled = (shape: TensorSpec['shape'], name = 'pooler_output', type = 'float32'): TensorSpec => ({
  name,
  type,
  shape,
})

type Case = readonly [name: string, sketch: Sketch, expected: { readonly output: string; readonly size: number } | null]

const endings: readonly Case[] = [
  [
    'weights turned',
    { steps: [['Gemm', ['x', 'w'], 'scores', { transB: 1 }]], weights: { w: [10, 64] } },
    { output: 'x', size: 64 },
  ],
  [
    'square weights',
    { steps: [['Gemm', ['x', 'w'], 'scores', { transB: 1 }]], weights: { w: [10, 10] } },
    { output: 'x', size: 10 },
  ],
  ['other scores than weights', { steps: [['Gemm', ['x', 'w'], 'scores']], weights: { w: [64, 12] } }, null],
  ['weights that are computed', { steps: [['MatMul', ['x', 'w'], 'scores']] }, null],
  [
    'weights that are turned by an operator',
    {
      steps: [
        ['Transpose', ['raw'], 'w'],
        ['MatMul', ['x', 'w'], 'scores'],
      ],
      weights: { raw: [10, 64] },
    },
    { output: 'x', size: 64 },
  ],
  [
    'four bits a weight',
    { steps: [['MatMulNBits', ['x', 'w', 's'], 'scores', { N: 10, K: 96 }]], weights: { w: [10, 3, 16], s: [30] } },
    { output: 'x', size: 96 },
  ],
  [
    'a product of two images',
    {
      steps: [
        ['Gather', ['table', 'x'], 'y'],
        ['MatMul', ['x', 'y'], 'scores'],
      ],
      weights: { table: [64, 10] },
    },
    null,
  ],
  ['a kernel of 3 x 3', { steps: [['Conv', ['x', 'w'], 'scores']], weights: { w: [10, 64, 3, 3] } }, null],
  [
    'a convolution in groups',
    { steps: [['Conv', ['x', 'w'], 'scores', { group: 2 }]], weights: { w: [10, 32, 1, 1] } },
    null,
  ],
  [
    'a layer whose scores are cut off by ReLU',
    {
      steps: [
        ['Gemm', ['x', 'w'], 'y'],
        ['Relu', ['y'], 'scores'],
      ],
      weights: { w: [64, 10] },
    },
    { output: 'x', size: 64 },
  ],
  [
    'scores of tokens, averaged',
    {
      steps: [
        ['MatMul', ['x', 'w'], 'y'],
        ['ReduceMean', ['y'], 'scores'],
      ],
      weights: { w: [64, 10] },
    },
    null,
  ],
  ['a cycle', { steps: [['Add', ['scores', 'scores'], 'scores']] }, null],
  [
    'a cycle of weights',
    {
      steps: [
        ['Cast', ['w'], 'w'],
        ['MatMul', ['x', 'w'], 'scores'],
      ],
    },
    null,
  ],
  ['nothing at all', { steps: [['Identity', ['pixels'], 'scores']] }, null],
]

describe('the embedding of a graph', () => {
  it('[KE7] is an output called so only where it describes a whole image by a known count of numbers', () => {
    const steps: Step[] = [['Softmax', ['pixels'], 'scores']]
    const withOutput = (output: TensorSpec) => find({ steps, outputs: [scores, output] })
    expect(withOutput(pooled([null, 768]))).toMatchObject({ output: 'pooler_output', size: 768, isEdited: false })
    expect(withOutput(pooled([1, 512, 1, 1], 'features'))).toMatchObject({ output: 'features', size: 512 })
    expect(withOutput(pooled([null, 197, 768], 'features'))).toBeNull()
    expect(withOutput(pooled([null, 512, 7, 7], 'features'))).toBeNull()
    expect(withOutput(pooled([null, null]))).toBeNull()
    expect(withOutput(pooled([null, 768], 'embedding', 'int64'))).toBeNull()
    expect(withOutput(pooled([null, 768], 'aux_logits'))).toBeNull()
  })

  it('[KE7] is what the last layer reads, if that is an output, before one that is only called so', () => {
    const sketch = { steps: [['Gemm', ['deep', 'w'], 'scores']] as Step[], weights: { w: [64, 10] } }
    const deep = pooled([null, 64], 'deep')
    expect(find({ ...sketch, outputs: [scores, pooled([null, 32]), deep] })).toMatchObject({
      output: 'deep',
      isEdited: false,
    })
    expect(find({ ...sketch, outputs: [scores, pooled([null, 32])] })).toMatchObject({
      output: 'pooler_output',
      size: 32,
    })
  })

  it('[KE8] is found behind weights and scores that go through more operators than a stack is deep', () => {
    const chain = (from: string, to: string): Step[] =>
      Array.from({ length: 30_000 }, (_, i) => {
        return ['Identity', [i === 0 ? from : `${to} ${i}`], i === 29_999 ? to : `${to} ${i + 1}`]
      })
    const steps: Step[] = [...chain('raw', 'w'), ['MatMul', ['x', 'w'], 'y'], ...chain('y', 'scores')]
    expect(find({ steps, weights: { raw: [64, 10] } })).toMatchObject({ output: 'x', size: 64 })
  })

  it.each(endings)('[KE8] is found, or not, behind %s', (_name, sketch, expected) => {
    const found = find(sketch)
    if (expected === null) expect(found).toBeNull()
    else expect(found).toMatchObject({ ...expected, isEdited: true, made: null })
  })
})

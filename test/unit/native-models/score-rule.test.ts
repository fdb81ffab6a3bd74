import { describe, expect, it } from 'vitest'
import type { GraphNode, OnnxGraph } from '#models/parse-onnx.ts'
import { readScoreRule } from '#models/text/read-score-rule.ts'

type Step = readonly [opType: string, inputs: readonly string[], output: string]

function graph(steps: readonly Step[], constants: Readonly<Record<string, readonly number[]>> = {}): OnnxGraph {
  const nodes = steps.map(([opType, inputs, output]): GraphNode => ({
    opType,
    domain: '',
    inputs,
    outputs: [output],
    integers: new Map(),
  }))
  return {
    inputs: [],
    outputs: nodes.flatMap(({ outputs }) => outputs).map((name) => ({ name, type: 'float32', shape: [null, null] })),
    producers: new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node]))),
    nodes,
    constants: new Map(Object.entries(constants)),
    constantShapes: new Map(),
    externalData: [],
    irVersion: 8,
    opset: 17,
    ownDomains: new Set(),
    metadata: new Map(),
  }
}

const read = (graphs: readonly OnnxGraph[], config: unknown) => {
  const notes: string[] = []
  return { ...readScoreRule(graphs, config, notes), notes: notes.length }
}
const rounded = (value: number) => Number(value.toPrecision(6))

describe('how cosines become probabilities', () => {
  it.each([
    [
      'a constant factor',
      [
        ['MatMul', ['t', 'i'], 'c'],
        ['Mul', ['c', 'k'], 'logits_per_text'],
        ['Transpose', ['logits_per_text'], 'logits_per_image'],
      ],
      { k: [50] },
      50,
    ],
    [
      'an exponential',
      [
        ['Exp', ['s'], 'k'],
        ['MatMul', ['t', 'i'], 'c'],
        ['Mul', ['k', 'c'], 'logits_per_text'],
        ['Transpose', ['logits_per_text'], 'logits_per_image'],
      ],
      { s: [4] },
      Math.exp(4),
    ],
    [
      'OpenAI’s order',
      [
        ['Mul', ['image', 'k'], 'scaled'],
        ['MatMul', ['scaled', 't'], 'logits_per_image'],
      ],
      { k: [99] },
      99,
    ],
  ] as const)('[DE9] is read from the graph: %s', (_, steps, constants, scale) => {
    const found = read([graph(steps, constants)], { model_type: 'clip' })
    expect({ ...found, scale: rounded(found.scale) }).toEqual({
      scale: rounded(scale),
      bias: 0,
      activation: 'softmax',
      notes: 0,
    })
  })

  it('[DE9] is a sigmoid where the graph adds a bias', () => {
    const steps: Step[] = [
      ['MatMul', ['t', 'i'], 'c'],
      ['Mul', ['c', 'k'], 'scaled'],
      ['Add', ['scaled', 'b'], 'logits_per_text'],
      ['Transpose', ['logits_per_text'], 'logits_per_image'],
    ]
    expect(read([graph(steps, { k: [117], b: [-12.5] })], {})).toEqual({
      scale: 117,
      bias: -12.5,
      activation: 'sigmoid',
      notes: 0,
    })
  })

  it('[DE9] is read from weights of that name, and from the config', () => {
    const named = graph([['Relu', ['x'], 'y']], { 'model.logit_scale': [Math.log(20)], 'model.logit_bias': [-3] })
    expect(rounded(read([named], { model_type: 'siglip' }).scale)).toBe(20)
    expect(read([named], { model_type: 'siglip' })).toMatchObject({ bias: -3, activation: 'sigmoid', notes: 0 })
    const nothing = graph([['Relu', ['x'], 'y']])
    const config = { model_type: 'siglip', logit_scale: Math.log(30), logit_bias: -4 }
    expect(read([nothing, nothing], config)).toMatchObject({ bias: -4, activation: 'sigmoid', notes: 0 })
  })

  it('[DE10] is CLIP’s where nothing says it, with a note; what a model was trained from is not what it ended at', () => {
    const nothing = graph([['Relu', ['x'], 'y']])
    const expected = { scale: 100, bias: 0, activation: 'softmax', notes: 1 }
    expect(read([nothing], { model_type: 'clip', logit_scale_init_value: 2.6592 })).toEqual(expected)
    expect(read([nothing], null)).toEqual(expected)
    expect(read([nothing], 'no object')).toEqual(expected)
  })

  it('[DE10] is no sigmoid where SigLIP’s bias is not to be had, with a note', () => {
    expect(read([graph([['Relu', ['x'], 'y']])], { model_type: 'siglip' })).toMatchObject({
      bias: 0,
      activation: 'softmax',
      notes: 1,
    })
  })

  it('[DE10] does not follow a graph in circles, nor take a factor that is none', () => {
    const circle = graph([['Mul', ['logits_per_image', 'k'], 'logits_per_image']], { k: [2] })
    expect(Number.isFinite(read([circle], {}).scale)).toBe(true)
    const none = graph([['Mul', ['c', 'k'], 'logits_per_image']], { k: [0] })
    expect(read([none], {})).toMatchObject({ scale: 100, notes: 1 })
  })
})

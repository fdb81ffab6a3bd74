// Which of a graph's tensors take the pixels and give the class scores, and whether Foible can serve them. Pure.
import { FoibleError } from '#core/errors.ts'
import type { ModelSpec, TensorSpec } from './model-spec.ts'
import type { OnnxGraph } from './parse-onnx.ts'

export interface ImageInput {
  readonly input: TensorSpec
  readonly layout: ModelSpec['layout']
  readonly batch: number | null
  /** null = dynamic. */
  readonly width: number | null
  readonly height: number | null
}

const expectedInput = 'one input of float32 [batch, 3, height, width] or [batch, height, width, 3]'

/** Throws `model_unsupported` (details: `{part, found, expected}`) unless the graph has one float32 image input with three channels. */
export function chooseInput(graph: OnnxGraph): ImageInput {
  const [input, ...others] = graph.inputs
  const found = graph.inputs.map(formatTensor).join('; ') || 'none'
  const refuse = (why: string) =>
    new FoibleError(
      'model_unsupported',
      `${why} Foible feeds ${expectedInput}; the model has ${found}. Export an image classifier with such an input.`,
      {
        part: 'input',
        found,
        expected: expectedInput,
      },
    )
  if (input === undefined) throw refuse('The model takes no input.')
  if (others.length > 0) throw refuse(`The model takes ${graph.inputs.length} inputs.`)
  if (input.type !== 'float32') throw refuse(`The model's input is of ${input.type}.`)
  const [batch, second, third, fourth] = input.shape
  if (
    input.shape.length !== 4 ||
    batch === undefined ||
    second === undefined ||
    third === undefined ||
    fourth === undefined
  ) {
    throw refuse(`The model's input has ${input.shape.length} dimensions.`)
  }
  if (second === 3) return { input, layout: 'nchw', batch, height: third, width: fourth }
  if (fourth === 3) return { input, layout: 'nhwc', batch, height: second, width: third }
  // Exporters that leave every dimension open write channels first.
  if (second === null && fourth === null) return { input, layout: 'nchw', batch, height: third, width: fourth }
  throw refuse(`The model's input does not have three channels.`)
}

const scoreNames = ['logits', 'probabilities', 'probs', 'scores', 'output']

/**
 * The output with one score a class: rank 2 (or rank 4 with closing ones), preferring usual names and as many scores as there are names.
 * Throws `model_unsupported` (details: `{part, found, expected}`).
 */
export function chooseOutput(graph: OnnxGraph, classCount: number | null): { output: TensorSpec; classCount: number } {
  const found = graph.outputs.map(formatTensor).join('; ')
  const candidates = graph.outputs.flatMap((output) => {
    const [, scores, ...rest] = output.shape
    const isScores = scores !== undefined && output.type === 'float32' && rest.every((dim) => dim === 1)
    return isScores && (output.shape.length === 2 || output.shape.length === 4) ? [{ output, scores }] : []
  })
  const ranked = candidates.toSorted((a, b) => rank(a) - rank(b))
  const [best] = ranked
  function rank({ output, scores }: { output: TensorSpec; scores: number | null }): number {
    const name = scoreNames.indexOf(output.name.toLowerCase())
    return (scores !== null && scores === classCount ? 0 : 100) + (name < 0 ? scoreNames.length : name)
  }
  const expected = 'an output of float32 [batch, classes]'
  if (best === undefined) {
    throw new FoibleError(
      'model_unsupported',
      `Foible needs ${expected}; the model has ${found}. Export it with the classifier's scores as an output.`,
      { part: 'output', found, expected },
    )
  }
  if (best.scores !== null && classCount !== null && best.scores !== classCount) {
    throw new FoibleError(
      'model_unsupported',
      `The model scores ${best.scores} classes, but its config names ${classCount}: give "id2label" of config.json one name for each class.`,
      { part: 'classes', found: best.scores, expected: classCount },
    )
  }
  const count = best.scores ?? classCount
  if (count === null) {
    throw new FoibleError(
      'model_unsupported',
      'The model does not say how many classes it scores: put a config.json with "id2label" beside it.',
      { part: 'classes', found, expected },
    )
  }
  return { output: best.output, classCount: count }
}

const passThrough = new Set(['Identity', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Cast'])

/** `probabilities` where the output comes out of a Softmax or Sigmoid, with nothing behind it but changes of shape. */
export function outputKindOf(graph: OnnxGraph, output: string): ModelSpec['outputKind'] {
  let producer = graph.producers.get(output)
  // Bounded by the graph's size, so that a cycle in a broken file ends.
  for (let steps = 0; steps < graph.producers.size && producer !== undefined; steps++) {
    if (producer.opType === 'Softmax' || producer.opType === 'Sigmoid') return 'probabilities'
    if (!passThrough.has(producer.opType) || producer.input === null) return 'logits'
    producer = graph.producers.get(producer.input)
  }
  return 'logits'
}

/** `pixel_values: float32 [?, 3, 224, 224]` */
export function formatTensor({ name, type, shape }: TensorSpec): string {
  return `${name}: ${type} [${shape.map((dim) => dim ?? '?').join(', ')}]`
}

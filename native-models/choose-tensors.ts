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

const expectedInput = 'one input of float32, float16 or uint8, [batch, 3, height, width] or [batch, height, width, 3]'
const inputTypes = new Set(['float32', 'float16', 'uint8'])
const scoreTypes = new Set(['float32', 'float16', 'float64'])

/**
 * @param chosen The layout that somebody says the input has; it must fit the graph.
 * Throws `model_unsupported` (details: `{part, found, expected}`) unless the graph has one image input with three channels.
 */
export function chooseInput(graph: OnnxGraph, chosen?: ModelSpec['layout']): ImageInput {
  const [input, ...others] = graph.inputs
  const found = formatTensors(graph.inputs)
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
  if (!inputTypes.has(input.type)) throw refuse(`The model's input is of ${input.type}.`)
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
  const channelsFirst: ImageInput = { input, layout: 'nchw', batch, height: third, width: fourth }
  const channelsLast: ImageInput = { input, layout: 'nhwc', batch, height: second, width: third }
  const takes = (dim: number | null) => dim === 3 || dim === null
  if (chosen === 'nchw' && takes(second)) return channelsFirst
  if (chosen === 'nhwc' && takes(fourth)) return channelsLast
  if (chosen !== undefined) throw refuse(`The model's input cannot be ${chosen.toUpperCase()}.`)
  if (second === 3) return channelsFirst
  if (fourth === 3) return channelsLast
  // Exporters that leave every dimension open write channels first.
  if (second === null && fourth === null) return channelsFirst
  throw refuse(`The model's input does not have three channels.`)
}

export interface ScoreOutput {
  readonly output: TensorSpec
  /** Scores of one image, which is the model's classes and a background class where it has one. */
  readonly scoreCount: number
  /** Nothing else could have been meant. */
  readonly isCertain: boolean
}

const scoreNames = ['logits', 'probabilities', 'probs', 'scores', 'predictions', 'output']
/** Of outputs that describe an image and name no class. */
const embeddingName = /embed|feature|pool|hidden/i
/** ImageNet-1k without and with a background class, ImageNet-12k, and the ways in which ImageNet-21k is counted. */
const usualCounts = new Set([1000, 1001, 11_821, 21_841, 21_843])
/** More than any classifier has; a file that asks for more is broken or means harm. */
const maxClasses = 1_000_000

/**
 * The output with one score a class, preferring those with as many scores as there are names, then usual names and counts, and
 * never one that is an embedding by its name.
 * @param namedCount Names that the model's files give; null = none.
 * Throws `model_unsupported` (details: `{part, found, expected}`), `too_large`.
 */
export function chooseOutput(graph: OnnxGraph, namedCount: number | null): ScoreOutput {
  const found = formatTensors(graph.outputs)
  const candidates = graph.outputs.flatMap((output) => {
    const scores = scoreTypes.has(output.type) ? scoresOf(output.shape) : undefined
    return scores === undefined || (embeddingName.test(output.name) && scores !== namedCount)
      ? []
      : [{ output, scores }]
  })
  const rank = ({ output, scores }: (typeof candidates)[number]): number => {
    const name = scoreNames.indexOf(output.name.toLowerCase())
    const fits = scores !== null && (scores === namedCount || scores - 1 === namedCount)
    const count = fits ? 0 : scores !== null && usualCounts.has(scores) ? 100 : 200
    return count + (name < 0 ? scoreNames.length : name)
  }
  const [best] = candidates.toSorted((a, b) => rank(a) - rank(b))
  const expected = 'an output of float32, float16 or float64, [batch, classes]'
  if (best === undefined) {
    throw new FoibleError(
      'model_unsupported',
      `Foible needs ${expected}; the model has ${found}. Export it with the classifier's scores as an output.`,
      { part: 'output', found, expected },
    )
  }
  const scoreCount = best.scores ?? namedCount
  if (scoreCount === null) {
    throw new FoibleError(
      'model_unsupported',
      'The model does not say how many classes it scores: put a labels.txt, or a config.json with "id2label", beside it.',
      { part: 'classes', found, expected },
    )
  }
  if (scoreCount > maxClasses) {
    throw new FoibleError(
      'too_large',
      `The model says that it scores ${scoreCount} classes, and Foible takes up to ${maxClasses}: export a classifier with fewer.`,
      { part: 'classes', found: scoreCount, expected: maxClasses },
    )
  }
  const isCertain = candidates.length === 1 || (best.scores !== null && best.scores === namedCount)
  return { output: best.output, scoreCount, isCertain }
}

/** Whether every output that could be scores is called an embedding. */
export function givesOnlyEmbeddings({ outputs }: OnnxGraph): boolean {
  const rows = outputs.filter(({ type, shape }) => scoreTypes.has(type) && scoresOf(shape) !== undefined)
  return rows.length > 0 && rows.every(({ name }) => embeddingName.test(name))
}

/** Scores of one image where a shape is [batch, classes], with ones around it; null = dynamic, undefined = another shape. */
function scoresOf(shape: TensorSpec['shape']): number | null | undefined {
  if (shape.length < 2 || shape.length > 4) return undefined
  const [first, ...others] = shape.slice(1)
  if (others.every((dim) => dim === 1)) return first
  const last = others.at(-1)
  return [first, ...others.slice(0, -1)].every((dim) => dim === 1) ? last : undefined
}

const changesOfShape = new Set(['Identity', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Cast'])

/** `probabilities` where the output comes out of a Softmax or Sigmoid, with nothing behind it but changes of shape. */
export function outputKindOf(graph: OnnxGraph, output: string): ModelSpec['outputKind'] {
  let producer = graph.producers.get(output)
  // Bounded by the graph's size, so that a cycle in a broken file ends.
  for (let steps = 0; steps < graph.producers.size && producer !== undefined; steps++) {
    if (producer.opType === 'Softmax' || producer.opType === 'Sigmoid') return 'probabilities'
    const from = producer.inputs[0]
    if (!changesOfShape.has(producer.opType) || from === undefined) return 'logits'
    producer = graph.producers.get(from)
  }
  return 'logits'
}

function formatTensors(tensors: readonly TensorSpec[]): string {
  return tensors.map(formatTensor).join('; ') || 'none'
}

/** `pixel_values: float32 [?, 3, 224, 224]` */
export function formatTensor({ name, type, shape }: TensorSpec): string {
  return `${name}: ${type} [${shape.map((dim) => dim ?? '?').join(', ')}]`
}

// Where in a classifier's graph an image's embedding is: an output, or what goes into the last linear layer. Pure.
import type { EmbeddingSpec, TensorSpec } from './model-spec.ts'
import type { GraphNode, OnnxGraph } from './parse-onnx.ts'

/** Exporters' names of outputs that describe the whole image. */
const pooledName = /embed|pool|feature/i
const floatTypes = new Set(['float32', 'float16', 'float64'])

/** What may stand between the linear layer and the scores; each goes on with its first input that is no constant. */
const afterLinear = new Set(
  (
    'Identity Reshape Squeeze Unsqueeze Flatten Transpose Cast Dropout Clip Slice Add Sub Mul Div Exp Softmax LogSoftmax ' +
    'Sigmoid Relu QuantizeLinear DequantizeLinear'
  ).split(' '),
)
/** Behind a convolution whose output is a map of scores that is then pooled. */
const pooling = new Set(['GlobalAveragePool', 'ReduceMean', 'AveragePool'])
/** By operator: the places of its data and of its weights. */
const linear = new Map<string, { readonly data: number; readonly weights: number }>([
  ['Gemm', { data: 0, weights: 1 }],
  ['MatMul', { data: 0, weights: 1 }],
  ['Conv', { data: 0, weights: 1 }],
  ['MatMulInteger', { data: 0, weights: 1 }],
  ['QLinearMatMul', { data: 0, weights: 3 }],
  ['FusedMatMul', { data: 0, weights: 1 }],
  ['FusedConv', { data: 0, weights: 1 }],
  ['QGemm', { data: 0, weights: 3 }],
  ['MatMulNBits', { data: 0, weights: 1 }],
])
/** Quantised data knows its scale and zero point by the two inputs behind it. */
const quantisedData = new Set(['QLinearMatMul', 'QGemm'])

/**
 * The pooled output by its name and shape; else the input of the last linear layer, whose weights must be as wide as there are
 * scores; null where the graph ends in nothing of the kind.
 * @param output Name of the class scores.
 * @param scoreCount Scores of one image.
 */
export function findEmbedding(graph: OnnxGraph, output: string, scoreCount: number): EmbeddingSpec | null {
  const found = findLinearInput(graph, output, scoreCount)
  // What the linear layer reads is an embedding for certain: an output of that name goes before one that is only called so.
  const isOutput = graph.outputs.some(({ name }) => name === found?.output)
  if (found !== null && isOutput) return { ...found, isEdited: false }
  return findPooledOutput(graph, output) ?? found
}

function findPooledOutput(graph: OnnxGraph, scores: string): EmbeddingSpec | null {
  const pooled = graph.outputs.flatMap((output) => {
    const size = output.name === scores || !pooledName.test(output.name) ? null : sizeOf(output)
    return size === null ? [] : [{ output: output.name, size, isEdited: false, made: null }]
  })
  return pooled[0] ?? null
}

/** Numbers of one image in [batch, size] or [batch, size, 1, 1]; null for other shapes, and where the size is open. */
function sizeOf({ type, shape }: TensorSpec): number | null {
  const [, size, ...rest] = shape
  const isPooled = shape.length === 2 || (shape.length === 4 && rest.every((dim) => dim === 1))
  return floatTypes.has(type) && isPooled && size !== undefined ? size : null
}

function findLinearInput(graph: OnnxGraph, output: string, scoreCount: number): EmbeddingSpec | null {
  const isConstant = createConstantTest(graph)
  let name: string | undefined = output
  let isPooled = false
  // Bounded by the graph's size, so that a cycle in a broken file ends.
  for (let steps = 0; steps <= graph.nodes.length && name !== undefined; steps++) {
    const node = graph.producers.get(name)
    if (node === undefined) return null
    const places = linear.get(node.opType)
    if (places !== undefined) {
      const weights = node.inputs[places.weights]
      const isLayer = weights !== undefined && isConstant(weights)
      return isLayer ? describeInput(graph, node, places, { scoreCount, isPooled }) : null
    }
    isPooled ||= pooling.has(node.opType)
    if (!pooling.has(node.opType) && !afterLinear.has(node.opType)) return null
    name = node.inputs.find((input) => input !== '' && !isConstant(input))
  }
  return null
}

function describeInput(
  graph: OnnxGraph,
  node: GraphNode,
  places: { readonly data: number; readonly weights: number },
  { scoreCount, isPooled }: { readonly scoreCount: number; readonly isPooled: boolean },
): EmbeddingSpec | null {
  const size = inputSize(graph, node, places.weights, scoreCount)
  const data = node.inputs[places.data]
  if (size === null || data === undefined) return null
  const isConv = node.opType.endsWith('Conv')
  if (isPooled) {
    // The mean of a map of scores is the score of the map's mean: that is what describes the image.
    return isConv ? made('GlobalAveragePool', [data], size) : null
  }
  const float = beforeQuantising(graph, data)
  const [scale, zeroPoint] = node.inputs.slice(places.data + 1)
  const isOnlyQuantised = float === data && quantisedData.has(node.opType)
  if (isOnlyQuantised && scale !== undefined && zeroPoint !== undefined) {
    return made('DequantizeLinear', [data, scale, zeroPoint], size)
  }
  return { output: float, size, isEdited: true, made: null }
}

function made(opType: string, inputs: readonly string[], size: number): EmbeddingSpec {
  return { output: 'foible_embedding', size, isEdited: true, made: { opType, inputs } }
}

/** The side of the weights that is not as long as there are scores; null where neither is, or the kernel is wider than a pixel. */
function inputSize(graph: OnnxGraph, node: GraphNode, place: number, scoreCount: number): number | null {
  if (node.opType === 'MatMulNBits')
    return node.integers.get('N') === scoreCount ? (node.integers.get('K') ?? null) : null
  const [first, second, ...kernel] = shapeOfWeights(graph, node.inputs[place]) ?? []
  if (first === undefined || second === undefined) return null
  if (node.opType.endsWith('Conv')) {
    const isPixelwise = kernel.every((side) => side === 1) && (node.integers.get('group') ?? 1) === 1
    return isPixelwise && first === scoreCount ? second : null
  }
  if (kernel.length > 0) return null
  if (second === scoreCount && node.integers.get('transB') !== 1) return first
  return first === scoreCount ? second : null
}

/** Through casts, scales and turns of the weights: their sides stay the same two. */
function shapeOfWeights(graph: OnnxGraph, weights: string | undefined): readonly number[] | undefined {
  let name = weights
  for (let steps = 0; steps <= graph.nodes.length && name !== undefined; steps++) {
    const shape = graph.constantShapes.get(name)
    if (shape !== undefined) return shape
    name = graph.producers.get(name)?.inputs[0]
  }
  return undefined
}

const quantising = new Set(['QuantizeLinear', 'DynamicQuantizeLinear', 'DequantizeLinear'])

function beforeQuantising(graph: OnnxGraph, data: string): string {
  let name = data
  for (let steps = 0; steps <= graph.nodes.length; steps++) {
    const producer = graph.producers.get(name)
    const from = producer?.inputs[0]
    if (producer === undefined || from === undefined || !quantising.has(producer.opType)) return name
    // The last that is float stays: what a quantised operator gave has no other.
    if (producer.opType === 'DequantizeLinear' && !isQuantisedFloat(graph, from)) return name
    name = from
  }
  return name
}

function isQuantisedFloat(graph: OnnxGraph, name: string): boolean {
  return graph.producers.get(name)?.opType.endsWith('QuantizeLinear') === true
}

/** Whether a value is the same for every image. Without recursion: chains of operators are longer than a stack is deep. */
function createConstantTest(graph: OnnxGraph): (name: string) => boolean {
  const known = new Map<string, boolean>()
  const entered = new Set<string>()
  return (name) => {
    const open = [name]
    for (let value = open.at(-1); value !== undefined; value = open.at(-1)) {
      const producer = graph.producers.get(value)
      const inputs = producer?.inputs.filter((input) => input !== '') ?? []
      const isGiven = graph.constantShapes.has(value) || producer?.opType === 'Constant'
      if (known.has(value)) open.pop()
      else if (isGiven || entered.has(value)) {
        // An input that is still open closes a cycle.
        known.set(value, isGiven || (inputs.length > 0 && inputs.every((input) => known.get(input) === true)))
      } else {
        entered.add(value)
        for (const input of inputs) if (!entered.has(input)) open.push(input)
      }
    }
    return known.get(name) === true
  }
}

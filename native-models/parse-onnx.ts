// The bytes of an .onnx file as a description of its graph: inputs, outputs, operators, external files. No weights, no runtime.
import protobuf from 'protobufjs/light.js'
import { FoibleError } from '#core/errors.ts'
import { halfToFloat } from './half-floats.ts'
import { type ExternalData, listExternalData } from './list-external-data.ts'
import type { TensorSpec } from './model-spec.ts'
import { onnxSchema } from './onnx-schema.ts'
import { type OnnxNode, type OnnxTensor, type OnnxValue, modelShape } from './onnx-shape.ts'

export interface GraphNode {
  readonly opType: string
  /** Empty for the operators of ONNX itself. */
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Attributes that are whole numbers, by name. */
  readonly integers: ReadonlyMap<string, number>
}

export interface OnnxGraph {
  /** Graph inputs that are no weights. */
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  /** The operator that makes a value, by the value's name. */
  readonly producers: ReadonlyMap<string, GraphNode>
  readonly nodes: readonly GraphNode[]
  /** Weights and constants of at most a few numbers, by name. */
  readonly constants: ReadonlyMap<string, readonly number[]>
  /** Of all weights and constants, by name; none for a single number. */
  readonly constantShapes: ReadonlyMap<string, readonly number[]>
  readonly externalData: readonly ExternalData[]
  readonly irVersion: number
  readonly opset: number
  /** Domains of the functions that the file brings with it. */
  readonly ownDomains: ReadonlySet<string>
  readonly metadata: ReadonlyMap<string, string>
}

const modelType = protobuf.Root.fromJSON(onnxSchema).lookupType('onnx.ModelProto')

/** TensorProto.DataType of onnx.proto. */
const typeNames: readonly string[] = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
]

/** A mean or a deviation has three numbers. */
const maxConstantValues = 4

/**
 * Reads the graph's description. Throws `model_invalid` (details: `{file}`) where the bytes are cut off or are no ONNX model.
 * @param file Only named in the error.
 */
export function parseOnnx(bytes: Uint8Array, file: string): OnnxGraph {
  const cutOff = (reason: string, cause?: unknown) =>
    new FoibleError(
      'model_invalid',
      `${file} is cut off or is not an ONNX model: download it again, or export it anew.`,
      { file, sizeBytes: bytes.length, reason },
      { cause },
    )
  let plain: unknown
  try {
    plain = modelType.toObject(modelType.decode(bytes), { longs: Number })
  } catch (cause) {
    throw cutOff(cause instanceof Error ? cause.message : String(cause), cause)
  }
  const parsed = modelShape.safeParse(plain)
  if (!parsed.success) {
    throw new FoibleError(
      'model_invalid',
      `${file} is not an ONNX model: it has no graph with operators and outputs. Choose a file that was exported to ONNX.`,
      { file, sizeBytes: bytes.length, reason: parsed.error.issues[0]?.message ?? '' },
    )
  }
  const { graph, opsetImport, metadataProps, functions, irVersion } = parsed.data
  // Written behind the graph: a file that ends between the two is whole as a message.
  if (opsetImport.length === 0) throw cutOff('no opset')
  const weights = new Set(graph.initializer.map((tensor) => tensor.name))
  const nodes = graph.node.map(graphNode)
  return {
    inputs: graph.input.filter((input) => !weights.has(input.name)).map(tensorSpec),
    outputs: graph.output.map(tensorSpec),
    producers: new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node]))),
    nodes,
    constants: constantsOf(graph.initializer, graph.node),
    constantShapes: shapesOf(graph.initializer, graph.node),
    externalData: listExternalData(plain),
    irVersion,
    opset: opsetImport.find((opset) => isOnnxDomain(opset.domain))?.version ?? 0,
    ownDomains: new Set(functions.map(({ domain }) => domain)),
    metadata: new Map(metadataProps.map((prop) => [prop.key, prop.value])),
  }
}

function isOnnxDomain(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx'
}

function graphNode({ opType, domain, input, output, attribute }: OnnxNode): GraphNode {
  return {
    opType,
    domain: isOnnxDomain(domain) ? '' : domain,
    inputs: input,
    outputs: output,
    integers: new Map(attribute.flatMap(({ name, i }) => (i === undefined ? [] : [[name, i]]))),
  }
}

function constantsOf(initializers: readonly OnnxTensor[], nodes: readonly OnnxNode[]): Map<string, readonly number[]> {
  return new Map(
    constantTensors(initializers, nodes).flatMap(({ name, tensor }) => {
      const values = valuesOf(tensor)
      return values === null ? [] : [[name, values]]
    }),
  )
}

function shapesOf(initializers: readonly OnnxTensor[], nodes: readonly OnnxNode[]): Map<string, readonly number[]> {
  return new Map(constantTensors(initializers, nodes).map(({ name, tensor }) => [name, tensor.dims]))
}

/** Weights, and what the operators make that do nothing else. */
function constantTensors(initializers: readonly OnnxTensor[], nodes: readonly OnnxNode[]) {
  const ofNodes = nodes.flatMap(({ opType, output: [name], attribute }) => {
    const tensor = opType === 'Constant' ? attribute.find((some) => some.name === 'value')?.t : undefined
    return tensor === undefined || name === undefined ? [] : [{ name, tensor }]
  })
  return [...initializers.map((tensor) => ({ name: tensor.name, tensor })), ...ofNodes]
}

/** Of float tensors with raw bytes; null for others, and for those with many values. */
function valuesOf({ dims, dataType, rawData }: OnnxTensor): readonly number[] | null {
  const count = dims.reduce((product, dim) => product * dim, 1)
  const type = typeNames[dataType]
  if (rawData === undefined || !(count >= 1 && count <= maxConstantValues)) return null
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength)
  const read = (width: number, at: (offset: number) => number) =>
    rawData.byteLength === count * width ? Array.from({ length: count }, (_, i) => at(i * width)) : null
  if (type === 'float32') return read(4, (offset) => view.getFloat32(offset, true))
  if (type === 'float64') return read(8, (offset) => view.getFloat64(offset, true))
  return type === 'float16' ? read(2, (offset) => halfToFloat(view.getUint16(offset, true))) : null
}

function tensorSpec(value: OnnxValue): TensorSpec {
  const tensor = value.type?.tensorType
  return {
    name: value.name,
    type: typeNames[tensor?.elemType ?? 0] ?? 'undefined',
    shape: (tensor?.shape?.dim ?? []).map(({ dimValue }) => (dimValue !== undefined && dimValue > 0 ? dimValue : null)),
  }
}

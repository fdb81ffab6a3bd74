// The bytes of an .onnx file as a description of its graph: inputs, outputs, operators, external files. No weights, no runtime.
import protobuf from 'protobufjs/light.js'
import { FoibleError } from '#core/errors.ts'
import { z } from 'zod'
import type { TensorSpec } from './model-spec.ts'
import { onnxSchema } from './onnx-schema.ts'

export interface ExternalData {
  readonly location: string
  readonly offset: number
  /** null = to the end of the file. */
  readonly length: number | null
}

export interface OnnxGraph {
  /** Graph inputs that are no weights. */
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  /** Operator that makes a value, and its first input, by the value's name. */
  readonly producers: ReadonlyMap<string, { readonly opType: string; readonly input: string | null }>
  readonly externalData: readonly ExternalData[]
  readonly opset: number
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

const entry = z.object({ key: z.string().default(''), value: z.string().default('') })
const valueInfo = z.object({
  name: z.string().default(''),
  type: z
    .object({
      tensorType: z
        .object({
          elemType: z.number().default(0),
          shape: z.object({ dim: z.array(z.object({ dimValue: z.number().optional() })).default([]) }).optional(),
        })
        .optional(),
    })
    .optional(),
})
const modelShape = z.object({
  irVersion: z.number().min(1),
  opsetImport: z.array(z.object({ domain: z.string().default(''), version: z.number().default(0) })).default([]),
  metadataProps: z.array(entry).default([]),
  graph: z.object({
    node: z
      .array(
        z.object({
          input: z.array(z.string()).default([]),
          output: z.array(z.string()).default([]),
          opType: z.string().default(''),
        }),
      )
      .min(1),
    initializer: z
      .array(
        z.object({
          name: z.string().default(''),
          externalData: z.array(entry).default([]),
          dataLocation: z.number().default(0),
        }),
      )
      .default([]),
    input: z.array(valueInfo).default([]),
    output: z.array(valueInfo).min(1),
  }),
})

/**
 * Reads the graph's description. Throws `model_invalid` (details: `{file}`) where the bytes are cut off or are no ONNX model.
 * @param file Only named in the error.
 */
export function parseOnnx(bytes: Uint8Array, file: string): OnnxGraph {
  let plain: unknown
  try {
    plain = modelType.toObject(modelType.decode(bytes), { longs: Number })
  } catch (cause) {
    throw new FoibleError(
      'model_invalid',
      `${file} is cut off or is not an ONNX model: download it again, or export it anew.`,
      { file, sizeBytes: bytes.length, reason: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    )
  }
  const parsed = modelShape.safeParse(plain)
  if (!parsed.success) {
    throw new FoibleError(
      'model_invalid',
      `${file} is not an ONNX model: it has no graph with operators and outputs. Choose a file that was exported to ONNX.`,
      { file, sizeBytes: bytes.length, reason: parsed.error.issues[0]?.message ?? '' },
    )
  }
  const { graph, opsetImport, metadataProps } = parsed.data
  const weights = new Set(graph.initializer.map((tensor) => tensor.name))
  const producers = new Map<string, { opType: string; input: string | null }>()
  for (const node of graph.node) {
    for (const output of node.output) producers.set(output, { opType: node.opType, input: node.input[0] ?? null })
  }
  return {
    inputs: graph.input.filter((input) => !weights.has(input.name)).map(tensorSpec),
    outputs: graph.output.map(tensorSpec),
    producers,
    externalData: graph.initializer.filter((tensor) => tensor.dataLocation === 1).map(externalDataOf),
    opset: opsetImport.find((opset) => opset.domain === '' || opset.domain === 'ai.onnx')?.version ?? 0,
    metadata: new Map(metadataProps.map((prop) => [prop.key, prop.value])),
  }
}

function tensorSpec(value: z.infer<typeof valueInfo>): TensorSpec {
  const tensor = value.type?.tensorType
  return {
    name: value.name,
    type: typeNames[tensor?.elemType ?? 0] ?? 'undefined',
    shape: (tensor?.shape?.dim ?? []).map(({ dimValue }) => (dimValue !== undefined && dimValue > 0 ? dimValue : null)),
  }
}

function externalDataOf(tensor: { externalData: readonly z.infer<typeof entry>[] }): ExternalData {
  const values = new Map(tensor.externalData.map(({ key, value }) => [key, value]))
  const length = values.get('length')
  return {
    location: values.get('location') ?? '',
    offset: Number(values.get('offset') ?? 0),
    length: length === undefined ? null : Number(length),
  }
}

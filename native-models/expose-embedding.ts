// The edit of a graph that makes its embedding an output. The weights and the rest of the file stay as they are, byte for byte.
import protobuf from 'protobufjs/light.js'
import type { EmbeddingSpec } from './model-spec.ts'
import { onnxSchema } from './onnx-schema.ts'

const modelType = protobuf.Root.fromJSON(onnxSchema).lookupType('onnx.ModelProto')

/**
 * What to write behind the bytes of an .onnx file so that the embedding is one of its outputs. Readers of protobuf merge a message
 * that comes twice (https://protobuf.dev/programming-guides/encoding/#last-one-wins): a second graph adds its operators and
 * outputs to those of the first.
 */
export function encodeExposure({ output, made }: EmbeddingSpec): Uint8Array {
  const node = made === null ? [] : [{ opType: made.opType, input: made.inputs, output: [output] }]
  return modelType.encode(modelType.fromObject({ graph: { node, output: [{ name: output }] } })).finish()
}

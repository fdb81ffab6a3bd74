// The plain object that decoding makes of an .onnx file, as far as it has been checked.
import { z } from 'zod'

export const entryShape = z.object({ key: z.string().default(''), value: z.string().default('') })

const tensorShape = z.object({
  name: z.string().default(''),
  dims: z.array(z.number()).default([]),
  dataType: z.number().default(0),
  rawData: z.instanceof(Uint8Array).optional(),
})

const nodeShape = z.object({
  input: z.array(z.string()).default([]),
  output: z.array(z.string()).default([]),
  opType: z.string().default(''),
  domain: z.string().default(''),
  attribute: z
    .array(z.object({ name: z.string().default(''), i: z.number().optional(), t: tensorShape.optional() }))
    .default([]),
})

const valueShape = z.object({
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

export const modelShape = z.object({
  irVersion: z.number().min(1),
  opsetImport: z.array(z.object({ domain: z.string().default(''), version: z.number().default(0) })).default([]),
  metadataProps: z.array(entryShape).default([]),
  functions: z.array(z.object({ domain: z.string().default(''), name: z.string().default('') })).default([]),
  graph: z.object({
    node: z.array(nodeShape).min(1),
    initializer: z.array(tensorShape).default([]),
    input: z.array(valueShape).default([]),
    output: z.array(valueShape).min(1),
  }),
})

export type OnnxNode = z.infer<typeof nodeShape>
export type OnnxTensor = z.infer<typeof tensorShape>
export type OnnxValue = z.infer<typeof valueShape>

// What an inference server says of itself and of a model (Open Inference Protocol, version 2), checked.
import { FoibleError } from '#core/errors.ts'
import { type ServerAddress, formatServerAddress } from '#core/models/server-address.ts'
import { z } from 'zod'
import type { TensorSpec } from '../model-spec.ts'
import type { ServerClient } from './server-client.ts'

/** Names of the protocol's types, and what Foible calls them. */
const typeNames: ReadonlyMap<string, string> = new Map([
  ['FP16', 'float16'],
  ['FP32', 'float32'],
  ['FP64', 'float64'],
  ['BF16', 'bfloat16'],
  ['BOOL', 'bool'],
  ['BYTES', 'string'],
])
/** Of a model's inputs and outputs; hardly any has more than a few. */
const maxTensors = 1000
const maxDims = 16
const maxMetadataBytes = 2 ** 20

const tensorShape = z.object({
  name: z.string().min(1).max(1000),
  datatype: z.string().max(20),
  /** Negative = dynamic. */
  shape: z.array(z.number().int()).max(maxDims),
})
const modelShape = z.object({
  name: z.string(),
  versions: z.array(z.string()).nullish(),
  platform: z.string().nullish(),
  inputs: z.array(tensorShape).max(maxTensors).nullish(),
  outputs: z.array(tensorShape).max(maxTensors).nullish(),
})
const serverShape = z.object({ extensions: z.array(z.string()).nullish() })
const configShape = z.object({ max_batch_size: z.number().int().min(0).default(0) })

export interface ServerMetadata {
  readonly versions: readonly string[]
  readonly platform: string
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
}

/** Path of a model below the server's root. */
export function modelPath({ model, version }: ServerAddress): string {
  const versioned = version === null ? '' : `/versions/${encodeURIComponent(version)}`
  return `v2/models/${encodeURIComponent(model)}${versioned}`
}

/** Throws `not_found`, `network`, and what asking throws. */
export async function fetchMetadata(client: ServerClient, address: ServerAddress): Promise<ServerMetadata> {
  const answer = modelShape.safeParse(await client.getJson(modelPath(address), maxMetadataBytes))
  if (!answer.success) {
    const where = formatServerAddress(address)
    const part = answer.error.issues[0]?.path.join('.') ?? ''
    throw new FoibleError(
      'network',
      `${where} answered with no description of a model (“${part}”): is there a server of the Open Inference Protocol (KServe v2)?`,
      { url: address.url, model: address.model, part },
    )
  }
  const { versions, platform, inputs, outputs } = answer.data
  return {
    versions: versions ?? [],
    platform: platform ?? '',
    inputs: (inputs ?? []).map(toTensorSpec),
    outputs: (outputs ?? []).map(toTensorSpec),
  }
}

export interface ServerAbilities {
  /** It says that it takes and gives tensors as bytes behind the JSON. */
  readonly isBinary: boolean
  /** Images of one request; null where the server does not say. */
  readonly maxBatch: number | null
}

/** Servers need not describe themselves: what cannot be asked is not there. */
export async function fetchAbilities(client: ServerClient, address: ServerAddress): Promise<ServerAbilities> {
  const extensions = serverShape.safeParse(await askOrNull(client, 'v2')).data?.extensions ?? []
  // Triton's: a model that it batches says up to how many.
  const config = extensions.includes('model_configuration')
    ? configShape.safeParse(await askOrNull(client, `${modelPath(address)}/config`)).data
    : undefined
  return {
    isBinary: extensions.includes('binary_tensor_data'),
    maxBatch: config === undefined || config.max_batch_size === 0 ? null : config.max_batch_size,
  }
}

const unsaid: ReadonlySet<string> = new Set(['not_found', 'predictor_failed', 'network', 'too_large'])

async function askOrNull(client: ServerClient, path: string): Promise<unknown> {
  try {
    return await client.getJson(path, maxMetadataBytes)
  } catch (error) {
    if (error instanceof FoibleError && unsaid.has(error.code)) return null
    throw error
  }
}

function toTensorSpec({ name, datatype, shape }: z.infer<typeof tensorShape>): TensorSpec {
  return {
    name,
    type: typeNames.get(datatype) ?? datatype.toLowerCase(),
    shape: shape.map((dim) => (dim < 0 ? null : dim)),
  }
}

/** `FP32` for `float32`. */
export function protocolType(type: string): string {
  for (const [theirs, ours] of typeNames) if (ours === type) return theirs
  return type.toUpperCase()
}

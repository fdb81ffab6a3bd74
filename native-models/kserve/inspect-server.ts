// Looks at a model on a server before it is added: what it takes and gives, and in which form.
import { FoibleError } from '#core/errors.ts'
import { type ServerAddress, formatServerAddress } from '#core/models/server-address.ts'
import type { TensorSpec } from '../model-spec.ts'
import type { ServerCard } from './server-card.ts'
import { createServerClient } from './server-client.ts'
import { fetchAbilities, fetchMetadata } from './server-metadata.ts'

/** Somebody waits for the answer. */
const attempts = 3
const timeoutMs = 20_000

export interface InspectedServer {
  readonly card: ServerCard
  /** Its image input takes values of 0 to 255. */
  readonly isBytes: boolean
}

/** Throws what asking throws, and `model_unsupported` where the server does not say what the model takes and gives. */
export async function inspectServer(
  address: ServerAddress,
  token: string | null,
  signal: AbortSignal,
): Promise<InspectedServer> {
  const client = createServerClient({ url: address.url, token, signal, attempts, timeoutMs })
  const metadata = await fetchMetadata(client, address)
  const untold = metadata.inputs.length === 0 ? 'inputs' : metadata.outputs.length === 0 ? 'outputs' : null
  if (untold !== null) {
    const message = `${formatServerAddress(address)} does not say which ${untold} the model has: name them, with types and shapes, in the model’s settings on the server.`
    throw new FoibleError('model_unsupported', message, { part: untold, url: address.url, model: address.model })
  }
  return {
    card: { ...address, ...metadata, ...(await fetchAbilities(client, address)) },
    isBytes: metadata.inputs.every((input: TensorSpec) => input.type === 'uint8'),
  }
}

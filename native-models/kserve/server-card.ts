// The file that stands for a model on a server: where it is, and what the server said of it when the model was added.
import { FoibleError } from '#core/errors.ts'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import type { ServerSpec, TensorSpec } from '../model-spec.ts'
import type { ServerMetadata } from './server-metadata.ts'

export const serverCardFile = 'server.json'

/** Whether a file of this path would be read as a card, on a disk of any kind. */
export function isServerCardName(path: string): boolean {
  return basename(path).toLowerCase() === serverCardFile
}

const tensor = z.object({ name: z.string(), type: z.string(), shape: z.array(z.number().nullable()) })
const cardShape = z.object({
  url: z.string(),
  model: z.string(),
  version: z.string().nullable(),
  versions: z.array(z.string()),
  platform: z.string(),
  isBinary: z.boolean(),
  maxBatch: z.number().int().min(1).nullable(),
  inputs: z.array(tensor),
  outputs: z.array(tensor),
})

export interface ServerCard extends Omit<ServerSpec, 'token'> {
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
}

/** Keys in a fixed order: the model's identity is the hash of this text. */
export function formatServerCard(card: ServerCard): string {
  return `${JSON.stringify(cardShape.parse(card), null, 2)}\n`
}

export interface FoundCard {
  readonly card: ServerCard
  readonly file: string
  readonly sizeBytes: number
  readonly sha256: string
}

/** null where the folder has none, or is none. Throws `model_invalid`. */
export async function findServerCard(folder: string): Promise<FoundCard | null> {
  const file = join(folder, serverCardFile)
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
    throw error
  })
  if (bytes === null) return null
  const card = cardShape.safeParse(parsedOrNull(bytes.toString('utf8')))
  if (!card.success) {
    const message = `${file} does not say which server runs the model: remove the model, and add it again.`
    throw new FoibleError('model_invalid', message, { file })
  }
  return {
    card: card.data,
    file,
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** What differs between the model that was added and the one that is served, as a sentence's part; null where nothing does. */
export function changeOf(card: ServerCard, now: ServerMetadata): string | null {
  if (card.versions.join() !== now.versions.join()) {
    return `it served version ${card.versions.join(', ') || 'none'} and now serves ${now.versions.join(', ') || 'none'}`
  }
  if (JSON.stringify(card.inputs) !== JSON.stringify(now.inputs)) return 'its inputs are others'
  if (JSON.stringify(card.outputs) !== JSON.stringify(now.outputs)) return 'its outputs are others'
  return card.platform === now.platform ? null : `it ran on ${card.platform} and now runs on ${now.platform}`
}

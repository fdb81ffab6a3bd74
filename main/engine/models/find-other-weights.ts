// Whether weights outside of a graph are those that the library has: the graph's hash, which names a model, says nothing of them.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { throwIfCancelled } from '#core/errors.ts'
import type { ModelSpec } from '#models/model-spec.ts'

type Weights = Pick<ModelSpec, 'file' | 'dataFiles' | 'text'>

/** The first file of weights, relative to the graph's folder, that differs between two folders of the same graphs. Throws `cancelled`. */
export async function findOtherWeights(added: Weights, there: Weights, signal: AbortSignal): Promise<string | null> {
  for (const name of new Set([...added.dataFiles, ...(added.text?.dataFiles ?? [])])) {
    const one = path.join(path.dirname(added.file), name)
    const other = path.join(path.dirname(there.file), name)
    if ((await stat(one)).size !== (await stat(other)).size) return name
    if ((await digest(one, signal)) !== (await digest(other, signal))) return name
  }
  return null
}

async function digest(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    throwIfCancelled(signal)
    hash.update(chunk as Uint8Array)
  }
  return hash.digest('hex')
}

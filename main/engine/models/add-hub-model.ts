// A model from the Hub: its files at one commit, then like any other model.
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { ModelRecord } from '#store/model-table.ts'
import type { EngineParts } from '../engine-parts.ts'

export async function addHubModel(
  parts: EngineParts,
  repo: string,
  revision: string | null,
  name: string | null,
  signal: AbortSignal,
): Promise<ModelRecord> {
  const id = repo.replace(/^hf:/, '')
  const sha = await parts.hub.resolve('model', id, revision, signal)
  const folder = await mkdtemp(path.join(os.tmpdir(), 'foible-model-'))
  try {
    await parts.hub.downloadModel(id, sha, folder, signal)
    return await parts.models.add(folder, name ?? id.split('/').at(-1)!, `hub:${id}@${sha}`, signal)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

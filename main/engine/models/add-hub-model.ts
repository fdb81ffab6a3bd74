// A model from the Hub: its files at one commit, then like any other model.
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
  const folder = await parts.hub.fetchModel(id, sha, signal)
  const record = await parts.models.add(folder, name ?? id.split('/').at(-1)!, `hub:${id}@${sha}`, signal)
  // The library has its own copy now. Until then every file that came stays for the next attempt.
  await parts.hub.release({ type: 'model', name: id }, sha)
  return record
}

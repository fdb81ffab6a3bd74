// Where a dataset of the Hub comes from, which commit its branch stands for now, and how it was read.
import { FoibleError } from '#core/errors.ts'
import { formatNames } from '#core/sample.ts'
import { isCommit } from '#hub/hub-client.ts'
import type { DatasetMeta, ImportChoices } from '#store/dataset-tables.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'
import type { CommitFiles } from './identify-rows.ts'

export type HubSource = Extract<DatasetMeta['source'], { readonly kind: 'hub' }>

/** Throws `usage` for datasets of this disk. */
export function requireHubSource({ id, meta }: DatasetHandle): HubSource {
  if (meta.source.kind === 'hub') return meta.source
  const message = `${meta.name} was not imported from the Hub: there is no other revision of it. Import its folder again.`
  throw new FoibleError('usage', message, { dataset: id })
}

/**
 * The commit that `revision` (null: the dataset's own) stands for now. Asks the Hub, where an import would go on with what
 * it last heard: without an answer there is none.
 */
export async function findCommit(
  parts: EngineParts,
  { repo, ...source }: HubSource,
  revision: string | null,
  signal: AbortSignal,
): Promise<{ readonly revision: string; readonly sha: string }> {
  const asked = revision ?? source.revision
  if (isCommit(asked)) return { revision: asked, sha: asked }
  const sha = await parts.hub.client.resolveRevision({ type: 'dataset', name: repo }, asked, signal)
  return { revision: asked, sha }
}

export async function listCommit(
  parts: EngineParts,
  repo: string,
  sha: string,
  signal: AbortSignal,
): Promise<CommitFiles> {
  const tree = await parts.hub.tree(repo, sha)
  return new Map((await tree.list(signal)).map((entry) => [entry.path, entry]))
}

/** Of the commit that the dataset has; none where the Hub has forgotten it: contents are then known as far as they were looked at. */
export async function listOwnCommit(
  parts: EngineParts,
  { repo, sha }: HubSource,
  signal: AbortSignal,
): Promise<CommitFiles> {
  try {
    return await listCommit(parts, repo, sha, signal)
  } catch (error) {
    if (error instanceof FoibleError && error.code === 'not_found') return new Map()
    throw error
  }
}

/** Datasets of the first versions do not say how they were asked for: what they became tells most of it. */
export function choicesOf({ choices, format, adapter }: DatasetMeta): ImportChoices {
  if (choices !== undefined) return choices
  return {
    split: null,
    maxSamples: null,
    format: formatNames.find((name) => name === format) ?? null,
    useAdapter: adapter !== null,
    labelRule: null,
  }
}

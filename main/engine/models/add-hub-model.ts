// A model from the Hub: its files at one commit, then like any other model.
import path from 'node:path'
import type { ChosenSettings } from '#core/models/model-settings.ts'
import { type ModelVariants, chooseVariant, listVariants } from '#core/models/model-variants.ts'
import { findTextHalf } from '#core/models/text-halves.ts'
import { listDataFiles } from '#models/read-graph.ts'
import { tryModel } from '#models/try-model.ts'
import type { ModelRecord } from '#store/model-table.ts'
import type { EngineParts } from '../engine-parts.ts'

export interface HubModelRequest {
  readonly repo: string
  readonly revision: string | null
  /** In the library; null = as in the Hub. */
  readonly name: string | null
  /** Which of its graphs; null = the usual one. */
  readonly variant: string | null
  /** What goes before what its files say. */
  readonly settings: ChosenSettings
}

/** The graphs of a model's repository. Somebody waits for the answer at the screen. */
export async function inspectHubModel(
  parts: EngineParts,
  repo: string,
  revision: string | null,
  signal: AbortSignal,
): Promise<ModelVariants> {
  const hub = parts.hub.brief
  const id = repo.replace(/^hf:/, '')
  return listVariants(await hub.listModel(id, await hub.resolve('model', id, revision, signal), signal))
}

export async function addHubModel(
  parts: EngineParts,
  { repo, revision, name, variant, settings }: HubModelRequest,
  signal: AbortSignal,
): Promise<ModelRecord> {
  const id = repo.replace(/^hf:/, '')
  const sha = await parts.hub.resolve('model', id, revision, signal)
  const entries = await parts.hub.listModel(id, sha, signal)
  const variants = listVariants(entries)
  const chosen = chooseVariant(variants, variant, id)
  const folder = await parts.hub.fetchModel(id, sha, signal, chosen.file)
  const graph = path.join(folder, chosen.file)
  // Weights may have any name: only the graphs themselves say which.
  const texts = findTextHalf(
    chosen.file,
    entries.map((entry) => entry.path),
  )
  const graphs = texts === null ? [chosen.file] : [chosen.file, texts]
  const weights = await Promise.all(graphs.map((file) => listDataFiles(path.join(folder, file), signal)))
  const data = weights.flat().map((file) => path.posix.join(path.posix.dirname(chosen.file), file))
  if (data.length > 0) await parts.hub.fetchModel(id, sha, signal, chosen.file, data)
  const shown = id.split('/').at(-1)!
  const record = await parts.models.add(
    graph,
    name ?? (chosen === variants.chosen ? shown : `${shown}-${path.posix.basename(chosen.name)}`),
    `hub:${id}@${sha}`,
    signal,
    { settings, check: (spec) => tryModel(spec, parts.resources.predictEntry, signal) },
  )
  // The library has its own copy now. Until then every file that came stays for the next attempt.
  await parts.hub.release({ type: 'model', name: id }, sha)
  return record
}

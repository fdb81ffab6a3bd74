// Which files of a model repository Foible needs: one ONNX graph with its weights, and what describes it.
import { isModelCompanion } from '#core/models/model-companions.ts'
import { chooseVariant, listVariants, partsOf } from '#core/models/model-variants.ts'
import type { HubEntry } from './hub-entry.ts'

/**
 * @param variant As `chooseVariant` takes it; null = the usual one.
 * Throws `unsupported_format` if the repository has no ONNX graph, `usage` if somebody has to choose, `not_found`.
 */
export function chooseModelFiles(
  repo: string,
  entries: readonly HubEntry[],
  variant: string | null,
): readonly HubEntry[] {
  const graph = chooseVariant(listVariants(entries), variant, repo).file
  const folder = graph.slice(0, graph.lastIndexOf('/') + 1)
  const describes = (path: string) =>
    isModelCompanion(path) || (path.startsWith(folder) && isModelCompanion(path.slice(folder.length)))
  const isPart = partsOf(graph, entries)
  return entries.filter(({ path }) => isPart(path) || describes(path))
}

// From the path of a model to everything Foible must know before it runs it. Never loads a runtime, reads each file once.
import type { ChosenSettings } from '#core/models/model-settings.ts'
import { describeGraph } from './describe-graph.ts'
import { findModelFiles } from './find-model-files.ts'
import { readServerModel } from './kserve/read-server-model.ts'
import { findServerCard } from './kserve/server-card.ts'
import type { ModelSpec } from './model-spec.ts'
import { readGraph } from './read-graph.ts'
import { readTextHalf } from './text/read-text-half.ts'

/**
 * Reads a model's card.
 * @param path An .onnx file, or a folder with one (`model.onnx`, `onnx/model.onnx`, or the only one), or with the card of a model on a
 * server.
 * @param variant Which of a folder's graphs, by its name or path; null = the usual one.
 * @param chosen What somebody says goes before what the files say.
 * Throws `not_found`, `model_invalid`, `model_unsupported` (details name the part, what was found and what is expected),
 * `unsafe_path` (external weights outside of the folder), `too_large`, `cancelled`.
 */
export async function readModel(
  path: string,
  signal: AbortSignal,
  variant: string | null = null,
  chosen: ChosenSettings = {},
): Promise<ModelSpec> {
  const served = await findServerCard(path)
  if (served !== null) return await readServerModel(served, chosen)
  const files = await findModelFiles(path, variant)
  const { graph, ...onnx } = await readGraph(files.onnx, signal)
  const texts = await readTextHalf(files, { graph, ...onnx }, signal)
  return { name: files.name, ...onnx, ...describeGraph(files, graph, chosen, texts) }
}

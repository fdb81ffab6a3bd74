// Which files of a model repository Foible needs: one ONNX graph with its weights, and what describes it.
import { FoibleError } from '#core/errors.ts'
import type { HubEntry } from './hub-entry.ts'

const preferredGraphs = ['model.onnx', 'onnx/model.onnx']
const describing = /^(?:config\.json|preprocessor_config\.json|readme\.md|licen[cs]e(?:\.\w+)?)$/i

/** Throws `unsupported_format` if the repository has no ONNX graph. */
export function chooseModelFiles(repo: string, entries: readonly HubEntry[]): readonly HubEntry[] {
  const graphs = entries.filter((entry) => entry.path.endsWith('.onnx'))
  const graph =
    preferredGraphs.map((path) => graphs.find((entry) => entry.path === path)).find((entry) => entry) ?? graphs[0]
  if (!graph) {
    throw new FoibleError(
      'unsupported_format',
      `${repo} has no ONNX file; export the model to ONNX (e.g. with optimum) and add the file.`,
      { repo },
    )
  }
  // External weights lie beside the graph: model.onnx_data, model.onnx.data, weights.bin ...
  const folder = graph.path.slice(0, graph.path.lastIndexOf('/') + 1)
  const isWeights = (path: string) => path.startsWith(folder) && /\.onnx[._]data(?:_\d+)?$/.test(path)
  return entries.filter((entry) => entry === graph || isWeights(entry.path) || describing.test(entry.path))
}

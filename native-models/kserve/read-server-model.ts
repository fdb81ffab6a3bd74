// From the card of a model on a server to everything Foible must know before it runs it, like `readModel` for a file. Asks nobody.
import type { ChosenSettings } from '#core/models/model-settings.ts'
import { dirname } from 'node:path'
import { findCompanions } from '../find-model-files.ts'
import type { ModelSpec, ServerSpec } from '../model-spec.ts'
import type { OnnxGraph } from '../parse-onnx.ts'
import { describeGraph } from '../describe-graph.ts'
import type { FoundCard, ServerCard } from './server-card.ts'

/** Throws `model_unsupported`, `too_large`. */
export async function readServerModel(
  { card, file, sizeBytes, sha256 }: FoundCard,
  chosen: ChosenSettings,
): Promise<ModelSpec> {
  const companions = await findCompanions([dirname(file)], 'server')
  const { inputs: _inputs, outputs: _outputs, ...server } = card
  return {
    name: card.model,
    file,
    sha256,
    sizeBytes,
    dataFiles: [],
    ...describeGraph({ onnx: file, name: card.model, ...companions }, graphOf(card), chosen),
    server: server satisfies ServerSpec,
  }
}

/** Of what happens between the tensors a server says nothing. */
function graphOf({ inputs, outputs }: ServerCard): OnnxGraph {
  return {
    inputs,
    outputs,
    producers: new Map(),
    nodes: [],
    constants: new Map(),
    constantShapes: new Map(),
    externalData: [],
    irVersion: 0,
    opset: 0,
    ownDomains: new Set(),
    metadata: new Map(),
  }
}

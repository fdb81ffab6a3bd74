// Whether the runtime that comes with Foible can run a graph at all, before a process is started for it. Pure.
import { FoibleError } from '#core/errors.ts'
import type { OnnxGraph } from './parse-onnx.ts'

/** Of onnxruntime 1.30; a test holds them against it. */
export const maxOpset = 26
export const maxIrVersion = 13

const knownDomains = new Set([
  '',
  'ai.onnx.ml',
  'ai.onnx.preview.training',
  'ai.onnx.training',
  'com.microsoft',
  'com.microsoft.experimental',
  'com.microsoft.nchwc',
  'org.pytorch.aten',
])

/** Throws `model_unsupported` (details: `{part, found, expected}`) for a newer format, and for operators that only a plugin knows. */
export function checkRunnable(graph: OnnxGraph): void {
  if (graph.opset > maxOpset) {
    throw unsupported(
      'opset',
      graph.opset,
      maxOpset,
      `The model uses the operators of opset ${graph.opset}, and Foible’s onnxruntime knows them up to ${maxOpset}: export it with opset ${maxOpset} or lower.`,
    )
  }
  if (graph.irVersion > maxIrVersion) {
    throw unsupported(
      'IR version',
      graph.irVersion,
      maxIrVersion,
      `The model is written in version ${graph.irVersion} of the ONNX format, and Foible’s onnxruntime reads it up to ${maxIrVersion}: export it with an older version of onnx.`,
    )
  }
  const foreign = graph.nodes.find(({ domain }) => !knownDomains.has(domain) && !graph.ownDomains.has(domain))
  if (foreign !== undefined) {
    throw unsupported(
      'operators',
      `${foreign.domain}.${foreign.opType}`,
      'operators of ONNX',
      `The model uses the operator ${foreign.opType} of ${foreign.domain}, which onnxruntime does not have without a plugin: export it with ONNX’s own operators.`,
    )
  }
}

function unsupported(part: string, found: string | number, expected: string | number, message: string): FoibleError {
  return new FoibleError('model_unsupported', message, { part, found, expected })
}

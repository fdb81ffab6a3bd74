// How a dual encoder makes probabilities of cosines: scale, bias, and softmax or sigmoid. Pure.
import { z } from 'zod'
import type { TextEncoderSpec } from '../model-spec.ts'
import type { OnnxGraph } from '../parse-onnx.ts'

export type ScoreRule = Pick<TextEncoderSpec, 'scale' | 'bias' | 'activation'>

const configShape = z.looseObject({
  model_type: z.string().catch('').default(''),
  /** As in a checkpoint: the natural logarithm of the factor. Exporters do not write it; somebody may. */
  logit_scale: z.number().optional().catch(undefined),
  logit_bias: z.number().optional().catch(undefined),
})

/** CLIP's scale is trained and held at or below this; all of the published models end there (arXiv 2103.00020, section 2.5). */
const clipScale = 100
/** SigLIP SO400M's, exp(4.7215), see mlfoundations/open_clip issue 746. */
const siglipScale = 112.33

/**
 * What the graphs say, then config.json, then what models of the kind have.
 * @param graphs Of both halves, or the one with both.
 * @param notes What is taken for granted is added to them.
 */
export function readScoreRule(graphs: readonly OnnxGraph[], config: unknown, notes: string[]): ScoreRule {
  const { model_type, logit_scale, logit_bias } = configShape.safeParse(config ?? {}).data ?? { model_type: '' }
  const traced = firstOf(graphs, traceLogits)
  const named = firstOf(graphs, ({ constants }) => scalarNamed(constants, /logit_scale$/))
  const bias = traced?.bias ?? firstOf(graphs, ({ constants }) => scalarNamed(constants, /logit_bias$/)) ?? logit_bias
  const logScale = named ?? logit_scale
  const scale = traced?.scale ?? (logScale === undefined || logScale === null ? null : Math.exp(logScale))
  const isSigmoid = /siglip/i.test(model_type) || (bias !== undefined && bias !== null)
  if (!isSigmoid) {
    if (scale === null) {
      notes.push(`The files do not say how cosines become probabilities; CLIP’s scale of ${clipScale} is used.`)
    }
    return { scale: scale ?? clipScale, bias: 0, activation: 'softmax' }
  }
  if (scale !== null && bias !== undefined && bias !== null) return { scale, bias, activation: 'sigmoid' }
  notes.push(
    `The files do not hold SigLIP’s scale and bias, so probabilities are shares among the texts (softmax with ${scale ?? siglipScale}) instead of a sigmoid of each; their order is the same. Add the graph that has both halves (model.onnx) for SigLIP’s own.`,
  )
  return { scale: scale ?? siglipScale, bias: 0, activation: 'softmax' }
}

const passThrough = new Set(['Identity', 'Transpose', 'Cast', 'Reshape', 'Squeeze', 'Unsqueeze'])
/** More than any exporter puts between a cosine and its logit. */
const maxSteps = 16

/** logits = cosines * scale + bias, in whichever order the operators stand; null where the graph has no such output. */
function traceLogits(graph: OnnxGraph): { readonly scale: number; readonly bias: number | null } | null {
  const output = graph.outputs.find(({ name }) => /^logits_per_(image|text)$/i.test(name))
  let value = output?.name
  let bias: number | null = null
  let scale: number | null = null
  for (let steps = 0; steps < maxSteps && value !== undefined; steps++) {
    const node = graph.producers.get(value)
    if (node === undefined) break
    const [first, second] = node.inputs
    if (passThrough.has(node.opType)) value = first
    else if (node.opType === 'Add' || node.opType === 'Mul') {
      const constant = scalarOf(graph, second) ?? scalarOf(graph, first)
      if (constant === null) break
      value = scalarOf(graph, second) === null ? second : first
      if (node.opType === 'Mul') scale = (scale ?? 1) * constant
      // A bias before the factor would be another model's: it is left to the caller to do without.
      else if (scale === null) bias = constant
      else return null
    } else if (node.opType === 'MatMul' && scale === null) {
      // OpenAI's own order: the image's embedding is scaled before it is compared.
      value = node.inputs.find((input) => graph.producers.get(input)?.opType === 'Mul')
      if (value === undefined) break
    } else break
  }
  return scale === null || !(scale > 0 && Number.isFinite(scale)) ? null : { scale, bias }
}

/** A constant of one number, or its exponential where the graph computes that. */
function scalarOf(graph: OnnxGraph, name: string | undefined): number | null {
  const [value, ...others] = graph.constants.get(name ?? '') ?? []
  if (value !== undefined) return others.length === 0 ? value : null
  const producer = graph.producers.get(name ?? '')
  const [from] = producer?.inputs ?? []
  if (from === undefined || producer === undefined) return null
  if (producer.opType === 'Exp') {
    const exponent = scalarOf(graph, from)
    return exponent === null ? null : Math.exp(exponent)
  }
  return producer.opType === 'Cast' || producer.opType === 'Identity' ? scalarOf(graph, from) : null
}

function scalarNamed(constants: OnnxGraph['constants'], pattern: RegExp): number | null {
  for (const [name, values] of constants) if (pattern.test(name) && values.length === 1) return values[0] ?? null
  return null
}

function firstOf<T>(graphs: readonly OnnxGraph[], read: (graph: OnnxGraph) => T | null): T | null {
  for (const graph of graphs) {
    const found = read(graph)
    if (found !== null) return found
  }
  return null
}

// Which of a dual encoder's tensors belong to its image half and which to its text half. Pure.
import { FoibleError } from '#core/errors.ts'
import { formatTensor } from '../choose-tensors.ts'
import type { TensorSpec } from '../model-spec.ts'
import type { OnnxGraph } from '../parse-onnx.ts'

export interface TextInputs {
  readonly ids: TensorSpec
  readonly mask: TensorSpec | null
}

export type Half = 'image' | 'text'

const integerTypes = new Set(['int64', 'int32'])
const floatTypes = new Set(['float32', 'float16', 'float64'])
const textNames = /ids|token|text/i
const idNames = /^(input_ids|ids|tokens?|text|input)/i

/** Inputs that take token ids or masks: whole numbers, [texts, tokens], of which one is called so. */
export function listTextInputs(graph: OnnxGraph): readonly TensorSpec[] {
  const inputs = graph.inputs.filter(({ type, shape }) => integerTypes.has(type) && shape.length === 2)
  return inputs.some(({ name }) => textNames.test(name)) ? inputs : []
}

/** Throws `model_unsupported` (details: `{part, found, expected}`) unless the graph takes ids, and at most a mask beside them. */
export function chooseTextInputs(graph: OnnxGraph): TextInputs {
  const inputs = listTextInputs(graph)
  const mask = inputs.find(({ name }) => /mask/i.test(name)) ?? null
  const [ids, ...others] = inputs
    .filter((input) => input !== mask)
    .toSorted((a, b) => Number(idNames.test(b.name)) - Number(idNames.test(a.name)))
  if (ids !== undefined && others.length === 0) return { ids, mask }
  throw new FoibleError(
    'model_unsupported',
    `Foible gives a text encoder token ids and a mask; this one takes ${formatTensors(graph.inputs)}. Export it with input_ids and attention_mask alone.`,
    { part: 'text input', found: formatTensors(graph.inputs), expected: 'input_ids [texts, tokens]' },
  )
}

const embeddingNames: Readonly<Record<Half, readonly RegExp[]>> = {
  image: [
    /^(image|vision|visual)_?embed/i,
    /^(unnorm_)?image_features/i,
    /^pooler_output$/i,
    /embed/i,
    /feature|pool/i,
    /^output$/i,
  ],
  text: [
    /^text(ual)?_?embed/i,
    /^(unnorm_)?text_features/i,
    /^pooler_output$/i,
    /embed/i,
    /feature|pool/i,
    /^output$/i,
  ],
}

/**
 * The output with one row of numbers an image, or a text, of a graph with either half or both.
 * Throws `model_unsupported` (details: `{part, found, expected}`).
 */
export function chooseEmbedding(graph: OnnxGraph, half: Half): TensorSpec {
  const found = findEmbedding(graph, half)
  if (found !== null) return found
  const expected = `${half}_embeds [${half}s, numbers]`
  throw new FoibleError(
    'model_unsupported',
    `Foible compares an embedding of each ${half}, and the model gives ${formatTensors(graph.outputs)}: export it with ${half}_embeds as an output.`,
    { part: `${half} output`, found: formatTensors(graph.outputs), expected },
  )
}

function findEmbedding(graph: OnnxGraph, half: Half): TensorSpec | null {
  const other = half === 'image' ? /text/i : /image|vision|visual/i
  const rows = graph.outputs.filter(
    ({ name, type, shape }) =>
      floatTypes.has(type) && shape.length === 2 && !/^logits/i.test(name) && !other.test(name),
  )
  for (const pattern of embeddingNames[half]) {
    const output = rows.find(({ name }) => pattern.test(name))
    if (output !== undefined) return output
  }
  return rows.length === 1 ? (rows[0] ?? null) : null
}

function formatTensors(tensors: readonly TensorSpec[]): string {
  return tensors.map(formatTensor).join('; ') || 'nothing'
}

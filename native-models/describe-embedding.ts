// A model whose output describes an image and names no class: alone, or as the image half of a dual encoder. Pure.
import { FoibleError } from '#core/errors.ts'
import { z } from 'zod'
import type { ModelSpec } from './model-spec.ts'
import type { OnnxGraph } from './parse-onnx.ts'
import { chooseEmbedding } from './text/choose-text-tensors.ts'
import type { TextHalf } from './text/read-text-half.ts'

const count = z.number().int().positive().optional().catch(undefined)
const half = z.looseObject({ projection_dim: count, hidden_size: count }).optional().catch(undefined)
const sizes = z.looseObject({ projection_dim: count, vision_config: half, hidden_size: count })

/**
 * @param config Of config.json, for graphs that leave the embedding's size open.
 * @param notes What is taken for granted is added to them.
 * Throws `model_unsupported` (details: `{part, found, expected}`).
 */
export function describeEmbedding(
  graph: OnnxGraph,
  texts: TextHalf | null,
  config: unknown,
  notes: string[],
): Pick<ModelSpec, 'output' | 'outputKind' | 'embedding' | 'classes' | 'labelSpace' | 'text'> {
  const output = chooseEmbedding(graph, 'image')
  const size = output.shape[1] ?? configuredSize(config, texts)
  if (size === null) {
    throw new FoibleError(
      'model_unsupported',
      'The model does not say how many numbers its embedding has: put a config.json with "projection_dim" beside it.',
      { part: 'embedding', found: 'dynamic', expected: 'a fixed size' },
    )
  }
  const ofTexts = texts?.encoder.output.shape[1] ?? size
  if (ofTexts !== size) {
    throw new FoibleError(
      'model_unsupported',
      `The model describes images by ${size} numbers and texts by ${ofTexts}: export both of its halves from the same model, with their projections.`,
      { part: 'embedding', found: ofTexts, expected: size },
    )
  }
  notes.push(
    ...(texts?.notes ?? [
      'The model describes images and names no classes, so it cannot predict. Put a text encoder beside it for that.',
    ]),
  )
  return {
    output,
    outputKind: 'embedding',
    embedding: { output: output.name, size, isEdited: false, made: null },
    classes: [],
    labelSpace: 'own',
    ...(texts === null ? {} : { text: texts.encoder }),
  }
}

function configuredSize(config: unknown, texts: TextHalf | null): number | null {
  const parsed = sizes.safeParse(config ?? {}).data
  const vision = parsed?.vision_config
  const ofTexts = texts?.encoder.output.shape[1]
  return (
    ofTexts ?? parsed?.projection_dim ?? vision?.projection_dim ?? vision?.hidden_size ?? parsed?.hidden_size ?? null
  )
}

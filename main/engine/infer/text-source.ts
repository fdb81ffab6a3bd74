// Values by a dual encoder: each is put into words, and the image goes to the one whose words are nearest.
import { FoibleError } from '#core/errors.ts'
import { checkTemplates, checkWords, plainTemplates } from '#core/infer/vocabulary.ts'
import { startPredictor } from '#models/start-predictor.ts'
import { encodeNames, planZeroShot } from '#models/text/encode-texts.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'
import { fetchItems } from '../runs/fetch-items.ts'
import { withoutBorder } from '../runs/without-border.ts'
import type { ValueSource } from './value-source.ts'

export interface InferByText {
  readonly kind: 'text'
  readonly model: string
  readonly provider: string
  /** What the words are called, see `InferredSettings`. */
  readonly vocabulary: string
  readonly words: readonly string[]
  /** null = the model's own. */
  readonly templates: readonly string[] | null
}

/** Throws `usage` for a model that takes no texts. */
export async function openTextSource(
  parts: EngineParts,
  dataset: DatasetHandle,
  by: InferByText,
  signal: AbortSignal,
): Promise<ValueSource> {
  const { words, vocabulary } = by
  checkWords(words)
  const spec = withoutBorder(await parts.models.spec(by.model, signal), dataset.meta.cropBorderPx ?? 0)
  const { text } = spec
  if (text === undefined) {
    const message = `${by.model} takes no texts. Add a dual encoder such as CLIP or SigLIP, or infer by examples.`
    throw new FoibleError('usage', message, { model: by.model })
  }
  const templates = by.templates ?? (text.templates.length > 0 ? text.templates : plainTemplates)
  checkTemplates(templates)
  let provider = ''
  return {
    words,
    settings: { model: spec.name, sha256: spec.sha256, vocabulary, by: { kind: 'text', templates } },
    message: () => (provider === '' ? '' : `on ${provider}`),
    async *find(rows, onDrop) {
      const { predictEntry: entry } = parts.resources
      const embeddings = await encodeNames(spec, words, templates, signal, entry)
      yield* startPredictor({
        model: spec,
        provider: by.provider,
        batchSize: null,
        // One value is chosen out of all, so that they compete, also where the model was trained to judge each pair by itself.
        answers: { ...planZeroShot(text, embeddings), activation: 'softmax' },
        keep: [],
        signal,
        items: fetchItems(parts, dataset, rows, () => null, signal),
        entry,
        onInfo: (info) => (provider = info.provider),
        onDrop({ suspects }) {
          onDrop(suspects)
          // What the provider answered last is asked again of the one that goes on.
          const again = Uint32Array.from(suspects, (id) => id - 1)
          return fetchItems(parts, dataset, again, () => null, signal)
        },
      })
    },
  }
}

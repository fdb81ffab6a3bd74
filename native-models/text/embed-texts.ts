// Texts through a dual encoder's text half. Runs in the prediction process, and blocks it.
import { FoibleError } from '#core/errors.ts'
import { loadSession } from '../load-session.ts'
import { createInputMaker } from '../make-input.ts'
import type { ModelSpec, TextEncoderSpec } from '../model-spec.ts'
import { physicalCores } from '../plan-workers.ts'
import { readScores } from '../read-scores.ts'
import { normaliseRows } from '../score-texts.ts'
import { openTokenizer } from './open-tokenizer.ts'
import { textTensors } from './text-tensors.ts'

export interface TextEmbeddings {
  /** Rows of length 1, texts x dim. */
  readonly values: Float32Array
  readonly dim: number
}

/** Texts that go through the graph together, where it does not fix that itself. */
const textsPerBatch = 32

type EmbedTexts = (texts: readonly string[]) => Promise<TextEmbeddings>

/**
 * A function of one model and any number of texts, at least one. What it has opened it keeps for the next call.
 * Rejects with `model_invalid`, `model_unsupported` (details: `{part, found, expected}`), `predictor_failed`, and as `openTokenizer` does.
 */
export function createTextEmbedder(): (model: ModelSpec, texts: readonly string[]) => Promise<TextEmbeddings> {
  let opened: Promise<EmbedTexts> | null = null
  return async (model, texts) => {
    if (model.text === undefined) throw new Error(`${model.name} has no text encoder`)
    opened ??= openTextEncoder(model, model.text)
    return await (
      await opened
    )(texts)
  }
}

async function openTextEncoder(model: ModelSpec, spec: TextEncoderSpec): Promise<EmbedTexts> {
  const tokenize = await openTokenizer(spec)
  const session = await loadSession(spec.file, model.name, 'cpu', physicalCores())
  const pixels = spec.file === model.file ? blankImage(model) : {}
  const batchSize = spec.ids.shape[0] ?? textsPerBatch

  async function embed(texts: readonly string[]): Promise<Float32Array> {
    const tensors = textTensors(spec, texts.map(tokenize))
    const count = tensors[spec.ids.name]?.dims[0] ?? texts.length
    const outputs = await session.run({ ...pixels, ...tensors }, [spec.output.name])
    const values = readScores(outputs[spec.output.name])
    const dim = (values?.length ?? 0) / count
    if (values === null || dim === 0 || !Number.isInteger(dim) || !values.every(Number.isFinite)) {
      throw new FoibleError(
        'model_unsupported',
        `${model.name} describes texts by something else than a row of numbers each: check its output “${spec.output.name}”, or export it again in float32.`,
        { part: 'text output', found: values === null ? 'no numbers' : dim, expected: 'finite numbers' },
      )
    }
    return values.slice(0, texts.length * dim)
  }

  return async (texts) => {
    const parts: Float32Array[] = []
    for (let start = 0; start < texts.length; start += batchSize) {
      parts.push(await embed(texts.slice(start, start + batchSize)))
    }
    const length = parts.reduce((sum, part) => sum + part.length, 0)
    const values = new Float32Array(length)
    let offset = 0
    for (const part of parts) {
      values.set(part, offset)
      offset += part.length
    }
    const dim = length / texts.length
    normaliseRows(values, dim)
    return { values, dim }
  }
}

/** Any image at all, for a graph that wants one beside the texts. */
function blankImage(model: ModelSpec) {
  const batch = model.batch ?? 1
  const values = new Float32Array(batch * 3 * model.width * model.height)
  return { [model.input.name]: createInputMaker(model)(values, batch) }
}

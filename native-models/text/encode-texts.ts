// The engine's side of a dual encoder's text half: prompts in, one embedding a class out, from a process of its own. Loads no runtime.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import { forkPredictProcess } from '../fork-predict-process.ts'
import type { ModelSpec, TextEncoderSpec } from '../model-spec.ts'
import type { ZeroShotPlan } from '../predictor.ts'
import { normaliseRows } from '../score-texts.ts'
import type { TextEmbeddings } from './embed-texts.ts'

/** Of one message to the process, so that none grows without bounds. */
const textsPerMessage = 1024
/** A hundred templates for twenty thousand classes. */
const maxTexts = 2_000_000
/** More than any encoder takes; what goes on is cut anyhow. */
const maxTextLength = 10_000

/**
 * Embeddings of length 1, texts x dim, in the order of the texts.
 * @param entry The predict-process module where it does not lie beside this folder.
 * Throws `usage` where the model takes no texts, `too_large`, `cancelled`, `model_invalid`, `model_unsupported`, `predictor_failed`.
 */
export async function encodeTexts(
  model: ModelSpec,
  texts: readonly string[],
  signal: AbortSignal,
  entry?: URL | string,
): Promise<TextEmbeddings> {
  return await averagePrompts(
    model,
    texts.map((text) => [text]),
    signal,
    entry,
  )
}

/**
 * One embedding a name: of each template filled with it, averaged over the templates and brought to length 1 again (CLIP's prompt
 * ensembling, arXiv 2103.00020, section 3.1.4).
 * @param templates At least one; `{}` stands for the name.
 * Throws as `encodeTexts` does.
 */
export async function encodeNames(
  model: ModelSpec,
  names: readonly string[],
  templates: readonly string[],
  signal: AbortSignal,
  entry?: URL | string,
): Promise<TextEmbeddings> {
  const prompts = names.map((name) => templates.map((template) => fillTemplate(template, name)))
  return await averagePrompts(model, prompts, signal, entry)
}

/** What a run needs to answer with these names; rows of `weights` as `encodeNames` gives them. */
export function planZeroShot(text: TextEncoderSpec, { values, dim }: TextEmbeddings): ZeroShotPlan {
  const { scale, bias, activation } = text
  return { kind: 'zero-shot', weights: values, classCount: values.length / dim, dim, scale, bias, activation }
}

export function fillTemplate(template: string, name: string): string {
  return template.replaceAll('{}', () => name)
}

/** @param prompts As many a row in each. */
async function averagePrompts(
  model: ModelSpec,
  prompts: readonly (readonly string[])[],
  signal: AbortSignal,
  entry: URL | string | undefined,
): Promise<TextEmbeddings> {
  throwIfCancelled(signal)
  const perRow = prompts[0]?.length ?? 0
  const texts = prompts.flat().map((text) => text.slice(0, maxTextLength))
  assertSize(texts.length)
  if (model.text === undefined) throw takesNoTexts(model)
  const child = forkPredictProcess(entry)
  const onAbort = () => child.fail(new FoibleError('cancelled', 'Cancelled.'))
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    let sum = new Float32Array(0)
    let dim = 0
    for (let start = 0; start < texts.length; start += textsPerMessage) {
      child.send({ type: 'encode-texts', model, texts: texts.slice(start, start + textsPerMessage) })
      const { embeddings } = await child.next('texts')
      dim = embeddings.dim
      if (start === 0) sum = new Float32Array(prompts.length * dim)
      for (let i = 0; i < embeddings.values.length; i++) {
        const row = Math.floor((start + Math.floor(i / dim)) / perRow)
        sum[row * dim + (i % dim)]! += embeddings.values[i]!
      }
    }
    normaliseRows(sum, dim)
    return { values: sum, dim }
  } finally {
    signal.removeEventListener('abort', onAbort)
    child.kill()
  }
}

function assertSize(count: number): void {
  if (count === 0) throw new FoibleError('usage', 'There is no text to encode: name at least one class.', {})
  if (count <= maxTexts) return
  throw new FoibleError(
    'too_large',
    `${count} prompts are more than Foible encodes at once (${maxTexts}): use fewer templates.`,
    { found: count, expected: maxTexts },
  )
}

function takesNoTexts({ name }: ModelSpec): FoibleError {
  return new FoibleError(
    'usage',
    `${name} takes no texts, so it cannot answer in words that it was not trained on. Choose a dual encoder such as CLIP or SigLIP.`,
    { model: name },
  )
}

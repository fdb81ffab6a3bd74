// What a dual encoder answers: the dataset's class names, put into words and encoded once.
import { FoibleError } from '#core/errors.ts'
import { promptNames } from '#core/labels/prompt-names.ts'
import type { ModelSpec } from '#models/model-spec.ts'
import type { TextEmbeddings } from '#models/text/embed-texts.ts'
import { encodeNames, planZeroShot } from '#models/text/encode-texts.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'
import { datasetClasses } from '../labels/dataset-classes.ts'
import type { PlannedAnswers } from './plan-answers.ts'
import { findTruth } from './truth.ts'

/**
 * @param templates `{}` stands for the class.
 * Throws `usage` where the dataset names no classes or the model takes no texts, and as `encodeNames` does.
 */
export async function planNames(
  parts: EngineParts,
  dataset: DatasetHandle,
  spec: ModelSpec,
  templates: readonly string[],
  signal: AbortSignal,
): Promise<PlannedAnswers> {
  const { text } = spec
  const model = datasetClasses(dataset.columns)
  if (text === undefined || model.classes.length === 0) {
    const what = text === undefined ? `${spec.name} takes no texts` : 'The dataset has no class names'
    throw new FoibleError('usage', `${what}, so there is nothing to answer with zero-shot.`, { model: spec.name })
  }
  const embeddings = await encodeNamesOnce(parts, spec, promptNames(model.classes), templates, signal)
  return { model, truth: findTruth(dataset.columns, model), answers: planZeroShot(text, embeddings), templates }
}

/** Of the newest questions: somebody goes on with a run, or asks the same of a filtered part. */
const keptAnswers = 8
const answers = new Map<string, TextEmbeddings>()

/** Embeddings of names under templates, encoded once a program run; rows of length 1, names x dim. Throws as `encodeNames` does. */
export async function encodeNamesOnce(
  parts: EngineParts,
  spec: ModelSpec,
  names: readonly string[],
  templates: readonly string[],
  signal: AbortSignal,
): Promise<TextEmbeddings> {
  const key = JSON.stringify([spec.sha256, spec.text?.sha256, spec.text?.maxTokens, names, templates])
  const known = answers.get(key)
  const embeddings = known ?? (await encodeNames(spec, names, templates, signal, parts.resources.predictEntry))
  answers.delete(key)
  answers.set(key, embeddings)
  for (const oldest of [...answers.keys()].slice(0, -keptAnswers)) answers.delete(oldest)
  return embeddings
}

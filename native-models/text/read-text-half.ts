// The half of a dual encoder that takes texts: another graph beside the image's, or a part of the same one.
import { FoibleError } from '#core/errors.ts'
import { findTextHalf } from '#core/models/text-halves.ts'
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type ModelFiles, firstJson, foldersOf } from '../find-model-files.ts'
import type { TextEncoderSpec } from '../model-spec.ts'
import { type GraphFile, readGraph } from '../read-graph.ts'
import { chooseEmbedding, chooseTextInputs, listTextInputs } from './choose-text-tensors.ts'
import { readScoreRule } from './read-score-rule.ts'
import { readTextLimits } from './read-text-limits.ts'
import { type TokenizerFile, readTokenizerFile } from './read-tokenizer-file.ts'

export interface TextHalf {
  readonly encoder: TextEncoderSpec
  /** What was taken for granted. */
  readonly notes: readonly string[]
}

/** What ImageNet-D's authors and Transformers’ pipelines ask with. */
const usualTemplates = ['a photo of a {}']

/**
 * Null where the model is no dual encoder.
 * @param image The graph that somebody chose.
 * Throws `not_found` without a tokenizer, and as `readGraph` and `readTokenizerFile` do.
 */
export async function readTextHalf(files: ModelFiles, image: GraphFile, signal: AbortSignal): Promise<TextHalf | null> {
  const isBoth = listTextInputs(image.graph).length > 0
  if (isBoth && listTextInputs(image.graph).length === image.graph.inputs.length) throw takesNoImages(image.file)
  const text = isBoth ? image : await findTextGraph(image.file, signal)
  if (text === null) return null

  const notes: string[] = []
  const config = files.config?.json
  const tokenizer = await openTokenizerBeside(image.file)
  const inputs = chooseTextInputs(text.graph)
  const limits = readTextLimits(inputs.ids, inputs.mask, tokenizer.content, {
    tokenizer: (await firstJson(foldersOf(image.file), 'tokenizer_config.json'))?.json,
    model: config,
  })
  const { file, sha256, sizeBytes, dataFiles, graph } = text
  const encoder = {
    file,
    sha256,
    sizeBytes,
    dataFiles,
    ...inputs,
    output: chooseEmbedding(graph, 'text'),
    tokenizer: tokenizer.file,
    ...limits,
    ...readScoreRule(isBoth ? [graph] : [image.graph, graph], config, notes),
    templates: usualTemplates,
  }
  return { encoder, notes }
}

async function findTextGraph(image: string, signal: AbortSignal): Promise<GraphFile | null> {
  const folder = dirname(image)
  const name = findTextHalf(basename(image), await readdir(folder))
  return name === null ? null : await readGraph(join(folder, name), signal)
}

async function openTokenizerBeside(image: string): Promise<{ readonly file: string; readonly content: TokenizerFile }> {
  const folders = foldersOf(image)
  for (const folder of folders) {
    const file = join(folder, 'tokenizer.json')
    if ((await readdir(folder)).includes('tokenizer.json')) return { file, content: await readTokenizerFile(file) }
  }
  throw new FoibleError(
    'not_found',
    `The model takes texts, and there is no tokenizer.json in ${folders.at(-1)}: put the one of its repository there.`,
    { folder: folders.at(-1), part: 'tokenizer' },
  )
}

function takesNoImages(file: string): FoibleError {
  return new FoibleError(
    'model_unsupported',
    'The model takes texts and no image. Of a dual encoder choose the half for images (vision_model.onnx), or the folder with both.',
    { file, part: 'input', found: 'texts', expected: 'images' },
  )
}

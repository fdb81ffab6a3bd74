// What somebody gives for a model in files of their own: its class names, and the steps of its preprocessing.
import { FoibleError } from '#core/errors.ts'
import { type ChosenPreprocessing, preprocessingSchema } from '#core/models/model-settings.ts'
import { basename } from 'node:path'
import { z } from 'zod'
import { readText } from './find-model-files.ts'
import type { Preprocessing } from './model-spec.ts'
import type { GivenNames } from './name-classes.ts'
import { readLabelFile } from './read-label-file.ts'
import { readTimmPreprocessing, readTransformersPreprocessing } from './read-preprocessing.ts'

const ownKeys = z.looseObject({ resample: z.string(), channelOrder: z.string() })
const timmNested = z.object({ pretrained_cfg: z.looseObject({}) })
const timmFlat = z.looseObject({ input_size: z.array(z.number()) })

/** Throws `not_found`, `too_large`, or `model_unsupported` where the file names no classes. */
export async function readChosenLabels(path: string): Promise<GivenNames> {
  const file = basename(path)
  return { names: readLabelFile(await readText(path), file), file }
}

/** A `preprocessor_config.json` of Transformers, timm's `config.json`, or the steps as Foible itself writes them. */
export async function readChosenPreprocessing(path: string): Promise<ChosenPreprocessing> {
  return parseChosenPreprocessing(await readText(path), basename(path))
}

/**
 * @param file What to call the text in messages.
 * Throws `model_unsupported` (details: `{file, part}`).
 */
export function parseChosenPreprocessing(text: string, file: string): ChosenPreprocessing {
  const json = parseObject(text, file)
  const chosen = preprocessingSchema.safeParse(ownKeys.safeParse(json).success ? json : readConfig(json, file))
  if (chosen.success) return chosen.data
  const issue = chosen.error.issues[0]
  const part = issue?.path.join('.') ?? ''
  throw new FoibleError(
    'model_unsupported',
    `${file} does not describe a preprocessing: “${part}” is not what it should be (${issue?.message ?? 'unknown'}).`,
    { file, part },
  )
}

function readConfig(json: unknown, file: string): Preprocessing {
  const timm = timmNested.safeParse(json).data?.pretrained_cfg ?? timmFlat.safeParse(json).data
  return timm === undefined ? readTransformersPreprocessing(json, file) : readTimmPreprocessing(timm, file)
}

function parseObject(text: string, file: string): unknown {
  try {
    return z.looseObject({}).parse(JSON.parse(text.replace(/^\uFEFF/, '')))
  } catch (cause) {
    throw new FoibleError(
      'model_unsupported',
      `${file} is no JSON object: give a preprocessor_config.json, timm's config.json, or the steps as “foible models --json” prints them.`,
      { file, part: '' },
      { cause },
    )
  }
}

// Bringing things in and taking them out: places on disk, imports, models, runs, exports.
import { z } from 'zod'
import { preprocessingSchema, tensorLayouts } from '#core/models/model-settings.ts'
import { formatNames, labelRules, protocols } from '#core/sample.ts'
import { call } from './call.ts'
import { datasetId, empty, modelName } from './common.ts'
import { filterSchema } from './filter-schema.ts'
import { jobSchema } from './jobs.ts'
import { placeId } from './places.ts'
import { keptKindSchema } from './vectors.ts'

export const importSourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sample') }),
  z.object({ kind: z.literal('place'), place: placeId }),
  z.object({ kind: z.literal('hub'), repo: z.string().min(1).max(200), revision: z.string().nullable() }),
])
export type ImportSource = z.infer<typeof importSourceSchema>

export const inspectionSchema = z.object({
  name: z.string(),
  /** Every format that it fits, the one that will be read first, each with its reason. */
  formats: z.array(z.object({ format: z.enum(formatNames), reason: z.string() })).min(1),
  /** The known dataset that it is, where Foible recognises it: it is then read by what it means. */
  adapter: z.object({ name: z.string(), title: z.string(), reason: z.string() }).nullable(),
  files: z.number().int(),
  sizeBytes: z.number(),
  /** The commit that a Hub revision stands for. */
  sha: z.string().nullable(),
})

export const modelInfoSchema = z.object({
  name: modelName,
  sha256: z.string(),
  sizeBytes: z.number().int(),
  /** `embedded`, `file`, `hub:owner/name@sha`, `kserve:https://host/model`. */
  origin: z.string(),
  license: z.string().nullable(),
  /** "float32 [N, 3, 224, 224] NCHW" */
  input: z.string(),
  /** "shorter side 256 bicubic, centre 224 x 224, (x / 255 - .498) / .502, RGB" */
  preprocessing: z.string(),
  preprocessingOrigin: z.string(),
  /** The same in full. */
  steps: preprocessingSchema,
  layout: z.enum(tensorLayouts),
  /** What somebody chose over what the files say. */
  chosen: z.array(z.enum(['preprocessing', 'layout', 'classes'])),
  /** "logits [N, 1000]" */
  outputs: z.string(),
  classes: z.number().int(),
  labelSpace: z.enum(['imagenet-1k', 'own']),
  /** Those that it can predict under, its usual one first. */
  protocols: z.array(z.enum(protocols)),
  /** Prompts of a zero-shot run where nobody gives others, `{}` standing for the class. */
  templates: z.array(z.string()),
  /** Numbers of the embedding that a run can keep, and whether the graph is edited for it; null: there is none. */
  embedding: z.object({ size: z.number().int(), isEdited: z.boolean() }).nullable(),
  /** What the model's files left open and Foible took for granted, one sentence each. */
  notes: z.array(z.string()),
})
export type ModelInfo = z.infer<typeof modelInfoSchema>

const modelSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('place'), place: placeId }),
  z.object({ kind: z.literal('hub'), repo: z.string(), revision: z.string().nullable() }),
])

/** A model on an inference server of the Open Inference Protocol (KServe v2). */
const serverSource = z.object({
  kind: z.literal('server'),
  /** Root of the server, `https://host:8000`. */
  url: z.string().min(1).max(1000),
  model: z.string().min(1).max(200),
  /** null = whichever the server takes for the newest. */
  version: z.string().min(1).max(100).nullable().default(null),
  /** What says how images are prepared and what the classes are called: a model of the library, or a card. */
  like: z
    .discriminatedUnion('kind', [z.object({ kind: z.literal('model'), model: modelName }), ...modelSource.options])
    .nullable()
    .default(null),
  /** Kept in the keychain where there is one, else as long as the engine lasts. */
  token: z.string().min(1).max(5000).nullable().default(null),
  /** An environment variable that holds the token, which the command line named. */
  tokenEnv: z.string().max(200).nullable().default(null),
})
export type ServerSource = z.infer<typeof serverSource>

/** What goes before what the model's files say; null = as they say. */
const chosenSettings = z.object({
  preprocessing: preprocessingSchema.nullable().default(null),
  /** The same in a file: preprocessor_config.json (Transformers), timm's config.json, or `steps` of a model. */
  preprocessingFile: placeId.nullable().default(null),
  layout: z.enum(tensorLayouts).nullable().default(null),
  /** A file that names the classes, in the order of the scores. */
  labels: placeId.nullable().default(null),
})
export type ChosenSettingsInput = z.infer<typeof chosenSettings>

const modelInspectionSchema = z.object({
  /** The graphs that can be added, in the order in which somebody would choose. */
  variants: z.array(z.object({ name: z.string(), file: z.string(), sizeBytes: z.number() })),
  /** Name of the one that is taken where nobody chooses; null where somebody has to. */
  chosen: z.string().nullable(),
})

export const placeEntrySchema = z.object({
  place: placeId,
  name: z.string(),
  kind: z.enum(['folder', 'file']),
  sizeBytes: z.number().nullable(),
})

const job = z.object({ job: jobSchema })

export const exportFormats = ['imagefolder', 'fiftyone', 'parquet', 'webdataset', 'csv'] as const

export const workCalls = {
  /** Folders and importable files at a place, for shells without native dialogs; null = where to begin. */
  'places.list': call(
    z.object({ place: placeId.nullable() }),
    z.object({
      place: placeId,
      name: z.string(),
      /** For display. */
      path: z.string(),
      parent: placeId.nullable(),
      entries: z.array(placeEntrySchema),
    }),
  ),
  'imports.inspect': call(z.object({ source: importSourceSchema }), inspectionSchema),
  'imports.start': call(
    z.object({
      source: importSourceSchema,
      name: z.string().max(200).nullable(),
      split: z.string().nullable(),
      maxSamples: z.number().int().min(1).nullable(),
      /** Copy a folder's images into the library instead of referring to them. */
      copy: z.boolean(),
      /** Read it as this format instead of the likeliest. */
      format: z.enum(formatNames).nullable().default(null),
      /** Read a dataset that Foible recognises by what it means; false: as it lies there. */
      useAdapter: z.boolean().default(true),
      /** A file that says what the dataset's classes are to ImageNet models, see `labels.read`. */
      labelMap: placeId.nullable().default(null),
      /** Which annotation is the label of an image with several; null: such images are refused. */
      labelRule: z.enum(labelRules).nullable().default(null),
    }),
    z.object({ job: jobSchema, dataset: datasetId }),
  ),
  'models.list': call(empty, z.array(modelInfoSchema)),
  'models.inspect': call(z.object({ source: modelSource }), modelInspectionSchema),
  'models.add': call(
    z.object({
      source: z.discriminatedUnion('kind', [...modelSource.options, serverSource]),
      name: modelName.nullable(),
      /** Which of the source's graphs, by name or path; null = the usual one. */
      variant: z.string().nullable().default(null),
      settings: chosenSettings.prefault({}),
    }),
    modelInfoSchema,
  ),
  /** The same files with other settings: another model beside the first, which stays as it is. The one that is there already, if any. */
  'models.derive': call(
    z.object({ model: modelName, name: modelName.nullable().default(null), settings: chosenSettings }),
    modelInfoSchema,
  ),
  'models.remove': call(z.object({ model: modelName }), empty),
  'runs.start': call(
    z.object({
      dataset: datasetId,
      model: modelName,
      /** `auto` or a provider's name. */
      provider: z.string(),
      batch: z.number().int().min(1).max(1024).nullable(),
      /** null = the model's usual one: unmasked for classifiers, zero-shot for dual encoders. */
      protocol: z.enum(protocols).nullable().default(null),
      /** Prompts of a zero-shot run, `{}` standing for the class; null = the model's own. */
      templates: z.array(z.string()).nullable().default(null),
      /** Only these samples; null = all. */
      filter: filterSchema.nullable(),
      /** What to keep of every image beside its top five. Samples that were predicted without it are predicted again. */
      keep: z.array(keptKindSchema).default([]),
    }),
    job,
  ),
  /** Saved views that speak of the run go along. */
  'runs.rename': call(
    z.object({ dataset: datasetId, model: modelName, name: z.string().trim().min(1).max(120) }),
    empty,
  ),
  'runs.delete': call(z.object({ dataset: datasetId, model: modelName }), empty),
  'exports.start': call(
    z.object({
      dataset: datasetId,
      filter: filterSchema,
      format: z.enum(exportFormats),
      /** The folder to write into; a new folder `name` is made in it. */
      place: placeId,
      name: z.string().min(1).max(120),
      media: z.enum(['copy', 'link', 'none']),
    }),
    job,
  ),
}

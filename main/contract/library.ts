// The library: datasets, what an open dataset consists of, its fields, runs, tags and views.
import { z } from 'zod'
import { call } from './call.ts'
import { protocols } from '#core/sample.ts'
import { cubeInfoSchema } from './cube.ts'
import { datasetId, empty, findingSchema, intervalSchema, isoDate, modelName } from './common.ts'
import { filterSchema } from './filter-schema.ts'
import { jobSchema } from './jobs.ts'
import { keptInfoSchema } from './vectors.ts'

export const sourceSchema = z.discriminatedUnion('kind', [
  /** A folder or file on this machine; `path` is for display only. */
  z.object({ kind: z.literal('folder'), path: z.string(), copied: z.boolean() }),
  z.object({ kind: z.literal('hub'), repo: z.string(), revision: z.string(), sha: z.string() }),
])

export const fieldInfoSchema = z.object({
  name: z.string(),
  kind: z.enum(['category', 'number', 'text', 'boolean']),
  role: z.enum(['class', 'nuisance', 'plain']),
  /** `dataset`, `sidecar`, `inferred:<model>`, `person`, or `mixed`. */
  source: z.string(),
  /** Distinct values (categories and text), else 0. */
  values: z.number().int(),
  missing: z.number().int(),
  /** true for id, file_name, split, width, height, size_bytes. */
  builtIn: z.boolean(),
  /** The model that inferred the values, some of which a person may have confirmed; null for all other fields. */
  inferredBy: z.string().nullable(),
})
export type FieldInfo = z.infer<typeof fieldInfoSchema>

export const runInfoSchema = z.object({
  id: z.number().int(),
  /** The run's own name, by which filters and figures know it. */
  model: modelName,
  /** The library's name of the model that predicted; null where the predictions were imported. */
  modelName: modelName.nullable(),
  modelSha256: z.string().nullable(),
  protocol: z.enum(protocols),
  /** Prompts of a zero-shot run, `{}` standing for the class. */
  templates: z.array(z.string()).exactOptional(),
  /** How many classes it could answer; null where that is not known, as of imported predictions. */
  answers: z.number().int().nullable(),
  /** Execution provider, or `imported`. */
  provider: z.string(),
  state: z.enum(['running', 'partial', 'done']),
  /** Samples with a prediction. */
  predicted: z.number().int(),
  /** Samples whose image could not be read or predicted. */
  failed: z.number().int(),
  /** Samples that have a prediction and a known truth among the model's classes. */
  judged: z.number().int(),
  right: z.number().int(),
  /** right / judged; null where nothing could be judged. */
  accuracy: z.number().nullable(),
  accuracyInterval: intervalSchema.nullable(),
  /** Classes of the dataset that the model does not know; their samples are not judged. */
  unmappedClasses: z.array(z.string()),
  preprocessing: z.string(),
  imagesPerSecond: z.number().nullable(),
  startedAt: isoDate,
  /** What it keeps of images beside their top five. */
  kept: z.array(keptInfoSchema),
})
export type RunInfo = z.infer<typeof runInfoSchema>

export const tagInfoSchema = z.object({ name: z.string(), count: z.number().int() })

/** The state of the screen that a view restores; the filter is a rule, not a list. */
export const viewLayoutSchema = z.object({
  screen: z.string(),
  groupBy: z.string().nullable(),
  sort: z.string().nullable(),
  descending: z.boolean(),
})
export const viewInfoSchema = z.object({
  name: z.string(),
  /** The rule as text. */
  where: z.string(),
  filter: filterSchema,
  layout: viewLayoutSchema.nullable(),
  createdAt: isoDate,
  /** What it rested on when it was last saved: `matched` of `samples`, and a name that is the same for the same data. null: not noted. */
  saved: z
    .object({ at: isoDate, matched: z.number().int(), samples: z.number().int(), version: z.string() })
    .nullable(),
})

export const viewCheckSchema = z.object({
  name: z.string(),
  /** Samples that match now; null where the rule cannot be followed any more. */
  matched: z.number().int().nullable(),
  /** As in `saved` of a view, of the data now. */
  version: z.string().nullable(),
  /** What has changed since it was saved, one phrase each. */
  changes: z.array(z.string()),
  /** The same as a sentence, or why the rule cannot be followed; null where nothing has changed or nothing was noted. */
  sentence: z.string().nullable(),
})
export type ViewCheck = z.infer<typeof viewCheckSchema>

export const datasetCardSchema = z.object({
  id: datasetId,
  name: z.string(),
  /** Images, also those that the cells of a cube stand for. */
  samples: z.number().int(),
  source: sourceSchema,
  format: z.string(),
  createdAt: isoDate,
  /** Counts instead of images; null for ordinary datasets. */
  cube: cubeInfoSchema.nullable(),
  runs: z.array(
    z.object({
      model: modelName,
      accuracy: z.number().nullable(),
      judged: z.number().int(),
      protocol: z.enum(protocols),
      answers: z.number().int().nullable(),
    }),
  ),
  /** Sample ids for a strip of thumbnails, spread over the dataset. */
  strip: z.array(z.number().int()),
  /** A sentence if the dataset cannot be opened, e.g. written by a newer Foible. */
  problem: z.string().nullable(),
})
export type DatasetCard = z.infer<typeof datasetCardSchema>

export const datasetSummarySchema = z.object({
  id: datasetId,
  name: z.string(),
  /** Images, also those that the cells of a cube stand for. */
  samples: z.number().int(),
  source: sourceSchema,
  format: z.string(),
  description: z.string().nullable(),
  license: z.string().nullable(),
  /** Counts instead of images: there is nothing to look at, and no answer beyond right and wrong. null for ordinary datasets. */
  cube: cubeInfoSchema.nullable(),
  /** The dataset that Foible knew it to be, e.g. "ImageNet-D (authors’ release)"; null for one read as it lay. */
  knownAs: z.string().nullable(),
  /** Its terms forbid training on it. */
  evaluationOnly: z.boolean(),
  /** Pixels of each edge that are never looked at; 0: none. */
  cropBorderPx: z.number().int().min(0),
  /** Grows when samples are removed or renumbered: an id then stands for another image. */
  rowsVersion: z.number().int().min(0),
  /** The field that holds the class, e.g. `label`; null for unlabelled datasets. */
  classField: z.string().nullable(),
  fields: z.array(fieldInfoSchema),
  runs: z.array(runInfoSchema),
  tags: z.array(tagInfoSchema),
  views: z.array(viewInfoSchema),
  findings: z.array(findingSchema),
  /** Grows with every change of data; part of every cache key. */
  version: z.number().int(),
})
export type DatasetSummary = z.infer<typeof datasetSummarySchema>

export const appInfoSchema = z.object({
  version: z.string(),
  library: z.string(),
  /** Name under which the embedded sample is imported, and whether it is there already. */
  sample: z.object({ dataset: datasetId, imported: z.boolean() }),
})

export const doctorSchema = z.object({
  foible: z.string(),
  node: z.string(),
  electron: z.string().nullable(),
  /** Operating system and architecture. */
  platform: z.string(),
  cpu: z.object({ model: z.string(), cores: z.number().int() }),
  memoryBytes: z.number(),
  library: z.string(),
  diskFreeBytes: z.number(),
  /** In the order in which `auto` would use them, and a sentence a provider; null without a model to try them with. */
  providers: z.object({ providers: z.array(z.string()), reasons: z.array(z.string()) }).nullable(),
})
export type DoctorReport = z.infer<typeof doctorSchema>

export const columnsCheckSchema = z.object({
  /** Arrays that were compared. */
  columns: z.number().int(),
  /** A sentence for each thing that does not agree. */
  problems: z.array(z.string()),
})
export type ColumnsCheck = z.infer<typeof columnsCheckSchema>

const dataset = z.object({ dataset: datasetId })

export const libraryCalls = {
  'app.info': call(empty, appInfoSchema),
  /** Runtime, providers that work and why others do not, disk: what `foible doctor` prints. */
  'app.doctor': call(empty, doctorSchema),
  /** Execution providers that work here, the fastest first, and a sentence for each that was looked at; tried with an embedded model. */
  'app.providers': call(empty, z.object({ providers: z.array(z.string()), reasons: z.array(z.string()) })),
  'datasets.list': call(empty, z.array(datasetCardSchema)),
  'datasets.open': call(dataset, datasetSummarySchema),
  /** Compares the columns in memory with those in the file: what `foible doctor DATASET` prints. */
  'datasets.check': call(dataset, columnsCheckSchema),
  /** Fetches every image that is not here yet, with its thumbnail, so that everything works without the network. */
  'datasets.fetchImages': call(dataset, z.object({ job: jobSchema })),
  'datasets.rename': call(z.object({ dataset: datasetId, name: z.string().min(1).max(200) }), empty),
  /** Removes Foible's own files of it; the user's images are never touched. */
  'datasets.delete': call(dataset, empty),
  'fields.setRole': call(
    z.object({ dataset: datasetId, field: z.string(), role: z.enum(['nuisance', 'plain']) }),
    empty,
  ),
  'views.save': call(
    z.object({
      dataset: datasetId,
      name: z.string().min(1).max(120),
      filter: filterSchema,
      layout: viewLayoutSchema.nullable(),
    }),
    viewInfoSchema,
  ),
  /** What each saved view matches now, and what has changed since it was saved. */
  'views.check': call(dataset, z.array(viewCheckSchema)),
  'views.delete': call(z.object({ dataset: datasetId, name: z.string() }), empty),
  'tags.apply': call(
    z.object({
      dataset: datasetId,
      tag: z.string().min(1).max(120),
      target: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('filter'), filter: filterSchema }),
        z.object({
          kind: z.literal('ids'),
          ids: z.array(z.number().int().min(1)),
          /** The filter under which they were picked. Where it goes by models' answers, the tag says so from then on. */
          under: filterSchema.nullable().default(null),
        }),
      ]),
      on: z.boolean(),
    }),
    z.object({ changed: z.number().int(), total: z.number().int() }),
  ),
  'tags.delete': call(z.object({ dataset: datasetId, tag: z.string() }), empty),
  /** Takes back the newest change of tags or views; `undone` says what in words, null if there was nothing. */
  'history.undo': call(dataset, z.object({ undone: z.string().nullable() })),
  'history.redo': call(dataset, z.object({ redone: z.string().nullable() })),
}

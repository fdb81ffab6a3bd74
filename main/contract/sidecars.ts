// Files joined to a dataset that is there already: new fields, accepted labels, predictions.
import { z } from 'zod'
import { call } from './call.ts'
import { datasetId, fieldValue, modelName } from './common.ts'
import { filterSchema } from './filter-schema.ts'
import { jobSchema } from './jobs.ts'
import { placeId } from './places.ts'
import { keptKindSchema } from './vectors.ts'

/**
 * How a row of the file finds its sample. `stem`: the base name without its extension; `id`: the sample's number; `last-part`: what
 * follows the last `_` of the base name. Except by `id`, a whole path counts first.
 */
export const joinBySchema = z.object({
  column: z.string(),
  key: z.enum(['path', 'basename', 'stem', 'id', 'last-part']),
})
export type JoinBy = z.infer<typeof joinBySchema>

export const sidecarSchema = z.object({
  /** The file's or folder's name. */
  name: z.string(),
  /** What the file holds. */
  kind: z.enum(['fields', 'accepted-labels', 'predictions', 'mistakes']),
  /** One sentence: why it was taken for that. */
  reason: z.string(),
  rows: z.number().int(),
  /** Every column that could join, the best first. `unmatched` rows name no sample, or (`ambiguous`) several. */
  joins: z.array(
    joinBySchema.extend({
      matched: z.number().int(),
      unmatched: z.number().int(),
      ambiguous: z.number().int(),
    }),
  ),
  /** Columns that would become fields, and what these would be called. */
  columns: z.array(z.object({ name: z.string(), field: z.string(), kind: z.string(), examples: z.array(fieldValue) })),
  /** Names of the fields that exist already and would be replaced. */
  replaces: z.array(z.string()),
})
export type Sidecar = z.infer<typeof sidecarSchema>

const file = z.object({ dataset: datasetId, place: placeId })
/** A file of a dataset on the Hub, or a folder of Parquet shards; `path` null = all of it. */
const hubFiles = z.object({
  repo: z.string().min(1).max(200),
  revision: z.string().nullable(),
  path: z.string().min(1).max(1000).nullable(),
})
const job = z.object({ job: jobSchema })

export const sidecarCalls = {
  /** What joining a CSV, TSV, JSONL, JSON or Parquet file (or a folder of Parquet shards) would do. */
  'sidecars.inspect': call(file, sidecarSchema),
  /**
   * Joins it; null: everything as `sidecars.inspect` proposes. `history.undo` takes it back. The job's result: {fields,
   * accepted, judgedAgain, matched, unmatched, ambiguous, duplicates, examples}.
   */
  'sidecars.join': call(file.extend({ joinBy: joinBySchema.nullable(), columns: z.array(z.string()).nullable() }), job),
  /** Takes a file's answers as a run of `model`. The job's result: {run, answers, matched, unmatched, ambiguous, empty, duplicates}. */
  'predictions.import': call(
    z.object({
      dataset: datasetId,
      /** null: `hub` says where. */
      place: placeId.nullable().default(null),
      hub: hubFiles.nullable().default(null),
      model: modelName,
      joinBy: joinBySchema.nullable(),
    }),
    job,
  ),
  /** Writes a run's answers under a filter to a new CSV or Parquet file `name` in the folder `place`. The result: {rows, file}. */
  'predictions.export': call(
    file.extend({
      model: modelName,
      filter: filterSchema,
      name: z.string().min(1).max(200),
      /** What the run keeps and is to be written too, in Parquet. */
      vectors: z.array(keptKindSchema).default([]),
    }),
    job,
  ),
}

// Files joined to a dataset that is there already: new fields, accepted labels, predictions.
import { z } from 'zod'
import { call } from './call.ts'
import { datasetId, fieldValue, modelName } from './common.ts'
import { jobSchema } from './jobs.ts'
import { placeId } from './places.ts'

/** How a row of the file finds its sample. `id` is the sample's number, `stem` the base name without its extension. */
export const joinBySchema = z.object({
  column: z.string(),
  key: z.enum(['path', 'basename', 'stem', 'id']),
})
export type JoinBy = z.infer<typeof joinBySchema>

export const sidecarSchema = z.object({
  /** What the file holds. */
  kind: z.enum(['fields', 'accepted-labels', 'predictions', 'mistakes']),
  /** One sentence: why it was taken for that. */
  reason: z.string(),
  rows: z.number().int(),
  /** Every column that could join, the best first. */
  joins: z.array(joinBySchema.extend({ matched: z.number().int(), unmatched: z.number().int() })),
  /** Columns that would become fields. */
  columns: z.array(z.object({ name: z.string(), kind: z.string(), examples: z.array(fieldValue) })),
  /** Names of the fields that exist already and would be replaced. */
  replaces: z.array(z.string()),
})
export type Sidecar = z.infer<typeof sidecarSchema>

const file = z.object({ dataset: datasetId, place: placeId })

export const sidecarCalls = {
  /** What joining a CSV, JSONL, JSON or Parquet file (or a folder of Parquet shards) would do. */
  'sidecars.inspect': call(file, sidecarSchema),
  /** Joins it; null: everything as `sidecars.inspect` proposes. The job's result: {fields, matched, unmatched, examples}. */
  'sidecars.join': call(
    file.extend({ joinBy: joinBySchema.nullable(), columns: z.array(z.string()).nullable() }),
    z.object({ job: jobSchema }),
  ),
  /** Takes a file's answers as a run of `model`. The job's result: {run, matched, unmatched}. */
  'predictions.import': call(
    file.extend({ model: modelName, joinBy: joinBySchema.nullable() }),
    z.object({ job: jobSchema }),
  ),
}

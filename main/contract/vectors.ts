// What runs keep of images beyond their top five, and the images that are alike by it.
import { z } from 'zod'
import { keptKinds } from '#core/sample.ts'
import { call } from './call.ts'
import { datasetId, modelName, sampleId } from './common.ts'
import { filterSchema } from './filter-schema.ts'

export const keptKindSchema = z.enum(keptKinds)

export const keptInfoSchema = z.object({
  kind: keptKindSchema,
  /** Numbers of one image, in binary16. */
  size: z.number().int(),
  /** Samples that have it, and the bytes that these take. */
  samples: z.number().int(),
  bytes: z.number(),
})
export type KeptInfo = z.infer<typeof keptInfoSchema>

const neighboursSchema = z.object({
  version: z.number().int(),
  /** Samples that were compared. */
  compared: z.number().int(),
  /** Nearest first; of equally near ones the lower id. */
  neighbours: z.array(
    z.object({
      id: sampleId,
      /** Cosine of the angle between the embeddings, -1 to 1. */
      similarity: z.number(),
      label: z.string().nullable(),
      /** Whether the run is right about it; null where that is not judged. */
      correct: z.boolean().nullable(),
    }),
  ),
})
export type Neighbours = z.infer<typeof neighboursSchema>

export const vectorCalls = {
  /** The samples nearest to some, by the embeddings that a run keeps; to several by the mean of their directions. */
  'samples.neighbours': call(
    z.object({
      dataset: datasetId,
      ids: z.array(sampleId).min(1).max(10_000),
      run: modelName,
      k: z.number().int().min(1).max(1000),
      /** Only among these; null = all. */
      filter: filterSchema.nullable().default(null),
    }),
    neighboursSchema,
  ),
}

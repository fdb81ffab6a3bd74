// Shared-failure mining: images that surrogate models fail on together, and how other models fare on them.
import { z } from 'zod'
import { call } from './call.ts'
import { datasetId, intervalSchema, modelName } from './common.ts'
import { filterSchema } from './filter-schema.ts'

const failuresSchema = z.object({
  model: modelName,
  /** Images that the model has judged, and those of them that it fails on. */
  n: z.number().int(),
  failures: z.number().int(),
  /** failures / n with its interval; null where n = 0. */
  rate: z.number().nullable(),
  wilson: intervalSchema.nullable(),
})

export const miningSchema = z.object({
  version: z.number().int(),
  surrogates: z.array(modelName),
  /** Samples that every surrogate has judged: what is mined. */
  pool: z.number().int(),
  /** Samples under the filter that some surrogate has not judged. */
  leftOut: z.number().int(),
  /** Models outside of the surrogates, over the pool. Surrogates are barred: their score on their own mined set is what made it. */
  models: z.array(failuresSchema),
  /** By threshold: at least so many surrogates fail. */
  sets: z.array(
    z.object({
      threshold: z.number().int(),
      count: z.number().int(),
      /** The rule, as a filter and as text. */
      filter: filterSchema,
      where: z.string(),
      models: z.array(failuresSchema),
      /** Beside what as many of the other surrogates mine, over samples judged by both; null without such a set. */
      agreement: z
        .object({
          both: z.number().int(),
          onlyA: z.number().int(),
          onlyB: z.number().int(),
          neither: z.number().int(),
          kappa: z.number().nullable(),
          jaccard: z.number().nullable(),
        })
        .nullable(),
    }),
  ),
  /** What rates on a mined set do not mean. */
  warning: z.string(),
})
export type Mining = z.infer<typeof miningSchema>

const names = z.array(modelName).max(64)

export const miningCalls = {
  'mining.compute': call(
    z.object({
      dataset: datasetId,
      filter: filterSchema,
      surrogates: names.min(1),
      /** Models to try on what is mined; none of them may be a surrogate. */
      models: names,
      /** A second set of surrogates to compare with; null = none. */
      against: names.min(1).nullable().default(null),
    }),
    miningSchema,
  ),
}

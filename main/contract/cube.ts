// Cubes: a dataset's counts as one small file, and what is known of a dataset that came from one.
import { z } from 'zod'
import { call } from './call.ts'
import { datasetId, modelName } from './common.ts'
import { binLimitsSchema } from './discovery.ts'
import { filterSchema } from './filter-schema.ts'
import { placeId } from './places.ts'

/** Where a dataset's rows are cells of counts. */
export const cubeInfoSchema = z.object({
  cells: z.number().int(),
  /** What was counted, and under which filter, in the words of the file; null where it does not say. */
  source: z.string().nullable(),
  filter: z.string().nullable(),
})
export type CubeInfo = z.infer<typeof cubeInfoSchema>

export const cubeCalls = {
  /** Writes the file `name` into the folder `place`: images by field values, class and failing models. Throws `already_exists`. */
  'cubes.write': call(
    z.object({
      dataset: datasetId,
      filter: filterSchema,
      /** Names of fields; the class is always there. */
      fields: z.array(z.string()).max(64),
      /** Limits of bins for fields of numbers, which need them where they have many values. */
      bins: z.array(z.object({ field: z.string(), limits: binLimitsSchema })).default([]),
      models: z.array(modelName).min(1).max(64),
      place: placeId,
      name: z.string().min(1).max(120),
    }),
    z.object({ cells: z.number().int(), images: z.number().int() }),
  ),
}

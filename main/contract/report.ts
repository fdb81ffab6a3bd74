// A report: the findings with their figures and evidence, as files that need nothing else.
import { z } from 'zod'
import { call } from './call.ts'
import { datasetId, modelName } from './common.ts'
import { filterSchema } from './filter-schema.ts'
import { placeId } from './places.ts'

export const reportCalls = {
  /** Writes `name`.html and `name`.md into the folder `place`; the same inputs give the same bytes. Throws `already_exists`. */
  'reports.write': call(
    z.object({
      dataset: datasetId,
      filter: filterSchema,
      models: z.array(modelName).min(1).max(64),
      place: placeId,
      name: z.string().min(1).max(120),
    }),
    z.object({
      /** Names of the files. */
      html: z.string(),
      markdown: z.string(),
      findings: z.number().int(),
      bytes: z.number().int(),
    }),
  ),
}

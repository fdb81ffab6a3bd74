// What figures carry where their filter picks images by how models answered (a mined set).
import { z } from 'zod'
import { modelName } from './common.ts'

export const selectionSchema = z.object({
  /** Models by whose outcomes the filter picks. */
  surrogates: z.array(modelName),
  /** Those of them that were asked about: they are not ranked here. */
  barred: z.array(modelName),
  /** A sentence for people. */
  warning: z.string(),
})
export type Selection = z.infer<typeof selectionSchema>

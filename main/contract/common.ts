// Shapes that several subjects of the contract share.
import { z } from 'zod'
import { errorCodes } from '#core/errors.ts'

/** A dataset's slug: the name of its folder in the library. */
export const datasetId = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,99}$/)
export const modelName = z.string().min(1).max(120)
export const sampleId = z.number().int().min(1)
export const fieldValue = z.union([z.string(), z.number(), z.boolean(), z.null()])
export const isoDate = z.string()

export const errorSchema = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
})

/** [low, high] of a 95 % interval, as shares of 1. */
export const intervalSchema = z.tuple([z.number(), z.number()])

/** What an importer or the linter noticed; docs/formats.md lists the rules. */
export const findingSchema = z.object({
  rule: z.string(),
  count: z.number().int(),
  message: z.string(),
  action: z.string(),
  examples: z.array(z.string()),
  /** How many samples it is about, which the filter `finding("rule")` finds; `count` may count classes. null: it is about none. */
  samples: z.number().int().nullable(),
  /** The repair on offer: what its button says, and whether samples would be removed (to be confirmed with the count). */
  repair: z.object({ name: z.string(), words: z.string(), removes: z.boolean() }).nullable(),
  /** What was said when the repair was done; null while it is not. */
  repaired: z.string().nullable(),
})
export type FindingInfo = z.infer<typeof findingSchema>

export const empty = z.object({})
export const u32 = z.custom<Uint32Array>((value) => value instanceof Uint32Array)
export const f64 = z.custom<Float64Array>((value) => value instanceof Float64Array)

// Discovery: values and pairs of values that stand out over many fields at once. Definitions: docs/statistics.md.
import { z } from 'zod'
import { call } from './call.ts'
import { datasetId, fieldValue, intervalSchema, modelName } from './common.ts'
import { filterSchema, pathSchema } from './filter-schema.ts'
import { selectionSchema } from './selection.ts'

export const discoveredSchema = z.object({
  /** One value, or two of different fields. */
  parts: z.array(z.object({ field: z.string(), value: fieldValue })).min(1),
  /** As the sentence names it: `road × fog`, `brightness 0 to below 20`. */
  title: z.string(),
  badge: z.enum(['always', 'more', 'less']),
  sentence: z.string(),
  n: z.number().int(),
  failures: z.number(),
  rate: z.number(),
  wilson: intervalSchema,
  expected: z.number(),
  /** One-sided mid-p in the badge's direction, and q over everything tested. */
  p: z.number(),
  q: z.number(),
  ebMean: z.number(),
  ebLower: z.number(),
  /** Place in `found` of the slice that explains this one; null for one that stands by itself. */
  explainedBy: z.number().int().nullable(),
  /** Mid-p of the excess among the explaining slice's own images; null where there is none, or nothing to test. */
  withinParent: z.number().nullable(),
  /** For a value that stands out only through pairs of it: their places in `found`, and its other images with their mid-p. */
  carried: z
    .object({
      by: z.array(z.number().int()),
      rest: z.object({ n: z.number().int(), failures: z.number(), p: z.number() }),
    })
    .nullable(),
  filter: filterSchema,
  /** Samples for a strip (at most 8), of slices that stand by themselves. */
  strip: z.array(z.number().int()),
})
export type Discovered = z.infer<typeof discoveredSchema>

export const discoverySchema = z.object({
  version: z.number().int(),
  /** The models that were ranked. */
  models: z.array(modelName),
  selection: selectionSchema.nullable(),
  overall: z.object({ n: z.number().int(), failures: z.number(), rate: z.number() }),
  leftOut: z.array(z.object({ reason: z.string(), count: z.number().int() })),
  fields: z.array(z.object({ field: z.string(), values: z.number().int() })),
  /** One sentence a field whose values a model inferred. */
  notes: z.array(z.string()),
  minSupport: z.number().int(),
  pairs: z.boolean(),
  /** Slices tested for failing more and less, and slices with fewer images than the support. */
  tested: z.object({ more: z.number().int(), less: z.number().int() }),
  tooSmall: z.number().int(),
  /** What could have been found, as a sentence. */
  power: z.string(),
  /** Slices found, before `found` was cut to the first 500. */
  total: z.number().int(),
  found: z.array(discoveredSchema),
  /** Said when nothing stands out; null otherwise. */
  nothing: z.string().nullable(),
})
export type Discovery = z.infer<typeof discoverySchema>

/** Limits of bins set by hand, ascending: n + 1 limits make n bins, the last closed on the right. */
export const binLimitsSchema = z
  .array(z.number())
  .min(2)
  .max(101)
  .refine((limits) => limits.every((limit, i) => i === 0 || limit > limits[i - 1]!), 'limits ascend')

/** So many bins of about equally many values, or bins by hand. */
export const binsSchema = z.union([z.number().int().min(2).max(50), binLimitsSchema])
export type Bins = z.infer<typeof binsSchema>

export const discoveryCalls = {
  'discovery.compute': call(
    z.object({
      dataset: datasetId,
      filter: filterSchema,
      models: z.array(modelName).min(1).max(64),
      /** null: every nuisance and plain field of categories, truth values or numbers, 16 at most. */
      fields: z.array(pathSchema).min(1).max(32).nullable(),
      minSupport: z.number().int().min(3).max(1_000_000).default(20),
      pairs: z.boolean().default(true),
      /** Bins of fields of numbers by hand, by field; the others are cut into five of equally many images. */
      bins: z.array(z.object({ field: pathSchema, limits: binLimitsSchema })).default([]),
    }),
    discoverySchema,
  ),
}

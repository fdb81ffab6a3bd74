// Looking at samples: counts, facets, groups, pages and single samples, all under one filter.
import { z } from 'zod'
import { call } from './call.ts'
import { datasetId, f64, fieldValue, intervalSchema, isoDate, modelName, sampleId, u32 } from './common.ts'
import { filterSchema, pathSchema } from './filter-schema.ts'

const under = { dataset: datasetId, filter: filterSchema }

export const facetSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('values'),
    path: pathSchema,
    /** The path as filter text, e.g. `background`, `efficientnet-lite0.correct`. */
    name: z.string(),
    /** Most frequent first: `top` of them, and any that the filter names; values under the filter without this facet's own clause. */
    values: z.array(z.object({ value: fieldValue, count: z.number().int() })),
    distinct: z.number().int(),
    missing: z.number().int(),
  }),
  z.object({
    kind: z.literal('histogram'),
    path: pathSchema,
    name: z.string(),
    min: z.number().nullable(),
    max: z.number().nullable(),
    /** n + 1 edges, n counts; the last bin is closed on the right. */
    edges: f64,
    /** Doubles where rows stand for more than one image. */
    counts: z.union([u32, f64]),
    missing: z.number().int(),
  }),
])
export type Facet = z.infer<typeof facetSchema>

export const countsSchema = z.object({
  version: z.number().int(),
  /** Samples under the filter, and in the dataset. */
  total: z.number().int(),
  samples: z.number().int(),
  facets: z.array(facetSchema),
  tags: z.array(z.object({ name: z.string(), count: z.number().int() })),
})
export type Counts = z.infer<typeof countsSchema>

export const sortSchema = z.object({ path: pathSchema, descending: z.boolean() })

/** How the rows of Gallery and Table are laid out; the same value in `groups`, `page` and `position` gives the same order. */
export const orderSchema = z.object({
  groupBy: pathSchema.nullable(),
  /** Sort within a group; `wrong_models` = number of the dataset's runs that are wrong. null = by id. */
  sort: z.union([sortSchema, z.object({ path: z.literal('wrong_models'), descending: z.boolean() })]).nullable(),
})
export type Order = z.infer<typeof orderSchema>

export const groupSchema = z.object({
  /** null = missing. The only group of an ungrouped listing has value null and start 0. */
  value: fieldValue,
  /** Offset of its first sample in the order. */
  start: z.number().int(),
  count: z.number().int(),
  /** Over the samples judged by `model`. */
  n: z.number().int(),
  failures: z.number().int(),
  wilson: intervalSchema.nullable(),
  /** Failure rate usual for the classes in the group (leave-one-out, shrunk); null without a model. */
  expected: z.number().nullable(),
})
export type Group = z.infer<typeof groupSchema>

export const pageSchema = z.object({
  version: z.number().int(),
  total: z.number().int(),
  offset: z.number().int(),
  ids: u32,
  fileNames: z.array(z.string()),
  tags: z.array(z.array(z.string())),
  /** One array a requested column, each as long as `ids`. */
  columns: z.array(z.object({ name: z.string(), values: z.array(fieldValue) })),
})
export type Page = z.infer<typeof pageSchema>

export const answerSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  probability: z.number().nullable(),
  /** Among the sample's accepted labels; null where the truth is unknown. */
  accepted: z.boolean().nullable(),
})

export const sampleDetailSchema = z.object({
  id: sampleId,
  fileName: z.string(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  sizeBytes: z.number().int().nullable(),
  split: z.string().nullable(),
  label: z.string().nullable(),
  /** Right answers by ImageNet-1k id, where known. */
  accepted: z.array(z.object({ id: z.number().int(), name: z.string() })),
  fields: z.array(
    z.object({
      name: z.string(),
      role: z.enum(['class', 'nuisance', 'plain']),
      value: fieldValue,
      source: z.string(),
      score: z.number().nullable(),
    }),
  ),
  predictions: z.array(
    z.object({
      model: modelName,
      correct: z.boolean().nullable(),
      answers: z.array(answerSchema),
      confidence: z.number().nullable(),
      truthConfidence: z.number().nullable(),
      truthRank: z.number().int().nullable(),
      entropy: z.number().nullable(),
      margin: z.number().nullable(),
      /** The execution provider that made it; null where that was not noted. */
      provider: z.string().nullable(),
    }),
  ),
  tags: z.array(z.string()),
  history: z.array(z.object({ at: isoDate, what: z.string() })),
  /** Why the image cannot be shown or predicted; null if it is fine. */
  problem: z.string().nullable(),
})
export type SampleDetail = z.infer<typeof sampleDetailSchema>

export const queryCalls = {
  'query.counts': call(
    z.object({
      ...under,
      /** Paths to count; null = all fields but free text, and `correct` of every run. */
      facets: z.array(pathSchema).nullable(),
      top: z.number().int().min(1).max(100_000),
      /** Only values that hold this text, in any case; `distinct` counts those. */
      search: z.string().optional(),
    }),
    countsSchema,
  ),
  /** Values of a path with their counts over the whole dataset, most frequent first: for completion and facet search. */
  'query.values': call(
    z.object({
      dataset: datasetId,
      path: pathSchema,
      search: z.string(),
      limit: z.number().int().min(1).max(1000),
    }),
    z.array(z.object({ value: fieldValue, count: z.number().int() })),
  ),
  'query.groups': call(
    z.object({ ...under, order: orderSchema, model: modelName.nullable() }),
    z.object({ version: z.number().int(), total: z.number().int(), groups: z.array(groupSchema) }),
  ),
  'query.page': call(
    z.object({
      ...under,
      order: orderSchema,
      offset: z.number().int().min(0),
      limit: z.number().int().min(1).max(1000),
      columns: z.array(pathSchema),
    }),
    pageSchema,
  ),
  /** Offset of a sample in the order; null if the filter leaves it out. */
  'query.position': call(
    z.object({ ...under, order: orderSchema, id: sampleId }),
    z.object({ offset: z.number().int().nullable() }),
  ),
  /** Ids between two offsets of the order (both included): a Shift range. */
  'query.range': call(
    z.object({ ...under, order: orderSchema, from: z.number().int().min(0), to: z.number().int().min(0) }),
    z.object({ ids: u32 }),
  ),
  'samples.get': call(z.object({ dataset: datasetId, id: sampleId }), sampleDetailSchema),
}

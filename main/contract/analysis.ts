// The figures: slices, confusion, models against models, and the ranked findings. Definitions: docs/statistics.md.
import { z } from 'zod'
import { call } from './call.ts'
import { datasetId, fieldValue, intervalSchema, modelName } from './common.ts'
import { binsSchema } from './discovery.ts'
import { filterSchema, pathSchema } from './filter-schema.ts'
import { selectionSchema } from './selection.ts'

/** What the figures of several models rest on. */
const likeness = {
  /** One entry a model: "unmasked, over 1,000 classes". */
  protocols: z.array(z.string()),
  /** Sentences that are due where the figures are not like with like: other protocols, other samples. */
  notes: z.array(z.string()),
}

const badge = z.enum(['always', 'more', 'all-failed', 'less']).nullable()

export const sliceRowSchema = z.object({
  value: fieldValue,
  /** Which samples it means, where that is not just `field = value`: bins of numbers, two values at once. */
  filter: filterSchema.nullable(),
  n: z.number().int(),
  /** O_b: sum over images of the share of models that fail; whole for one model. */
  failures: z.number(),
  rate: z.number(),
  wilson: intervalSchema,
  /** mu_b: mean leave-one-out failure rate of the classes in the slice. */
  expected: z.number(),
  /** O_b / E_b; null where E_b = 0. */
  ratio: z.number().nullable(),
  riskDifference: z.number(),
  ebMean: z.number(),
  /** 10 % quantile of the posterior: the default sort. */
  ebLower: z.number(),
  /** P(theta > mu_b + .10). */
  pAbove: z.number(),
  p: z.number(),
  /** null: dropped beforehand, could never be rejected. */
  q: z.number().nullable(),
  qLess: z.number().nullable(),
  badge,
  /** Sample ids that fail, for a strip (at most 8). */
  strip: z.array(z.number().int()),
})
export type SliceRow = z.infer<typeof sliceRowSchema>

export const sliceTableSchema = z.object({
  version: z.number().int(),
  field: z.string(),
  models: z.array(modelName),
  /** Where the filter picks images by models' answers: nothing is badged that was made by the filter. */
  selection: selectionSchema.nullable(),
  /** M > 1: failures are summed shares. */
  overall: z.object({ n: z.number().int(), failures: z.number(), rate: z.number() }),
  power: z.object({
    /** Smallest all-failing n that could be the first discovery; null = none could. */
    smallestDiscovery: z.number().int().nullable(),
    values: z.number().int(),
    largestSlice: z.number().int(),
    sentence: z.string(),
  }),
  classAdjusted: z.boolean(),
  /** Why the adjustment is on or off, in a sentence. */
  adjustNote: z.string(),
  rho: z.number(),
  /** Samples under the filter that are not in the table, by reason. */
  leftOut: z.array(z.object({ reason: z.string(), count: z.number().int() })),
  /** One sentence a field whose values a model inferred. */
  inferred: z.array(z.string()),
  /** Samples without a value, or outside of bins by hand: a row of their own, outside the statistics. `what`: "without a value". */
  missing: z.object({ n: z.number().int(), failures: z.number(), what: z.string(), filter: filterSchema }).nullable(),
  slices: z.array(sliceRowSchema),
  /** Which protocol, model hashes and preprocessing the figures rest on. */
  evidence: z.array(z.string()),
})
export type SliceTable = z.infer<typeof sliceTableSchema>

export const compareSchema = z.object({
  version: z.number().int(),
  models: z.array(modelName),
  ...likeness,
  selection: selectionSchema.nullable(),
  /** Samples that all of the models have judged. */
  n: z.number().int(),
  /** Most frequent first; at most 2,000. `sameLabel`: null where the labels that models gave are not known, as in a cube. */
  subsets: z.array(
    z.object({ failing: z.array(modelName), count: z.number().int(), sameLabel: z.number().int().nullable() }),
  ),
  /** What lies in the subsets beyond these. */
  others: z.object({ subsets: z.number().int(), count: z.number().int() }),
  pairs: z.array(
    z.object({
      a: modelName,
      b: modelName,
      kappa: z.number().nullable(),
      onlyA: z.number().int(),
      onlyB: z.number().int(),
      mcnemar: z.number().nullable(),
    }),
  ),
  /** All models give the same wrong label: candidates for label errors. null where labels are not known. */
  unanimous: z
    .object({
      count: z.number().int(),
      labels: z.array(z.object({ truth: z.string(), predicted: z.string(), count: z.number().int() })),
    })
    .nullable(),
})
export type Comparison = z.infer<typeof compareSchema>

export const accuracyByValueSchema = z.object({
  field: z.string(),
  models: z.array(modelName),
  ...likeness,
  /** The one of `notes` that is about samples: models have judged others than each other. */
  samplesNote: z.string().nullable(),
  /** Where the filter picks images by models' answers. */
  selection: selectionSchema.nullable(),
  /** Samples under the filter that every one of the models has judged. */
  judgedByAll: z.number().int(),
  rows: z.array(
    z.object({
      value: fieldValue,
      /** As of slices. */
      filter: filterSchema.nullable(),
      /** One entry a model. */
      cells: z.array(z.object({ n: z.number().int(), right: z.number().int(), wilson: intervalSchema.nullable() })),
    }),
  ),
})
export type AccuracyByValue = z.infer<typeof accuracyByValueSchema>

export const rankedFindingSchema = z.object({
  field: z.string(),
  value: fieldValue,
  badge: z.enum(['always', 'more', 'less']),
  sentence: z.string(),
  n: z.number().int(),
  failures: z.number(),
  rate: z.number(),
  wilson: intervalSchema,
  expected: z.number(),
  q: z.number(),
  ebLower: z.number(),
  /** The filter that shows its images. */
  filter: filterSchema,
  strip: z.array(z.number().int()),
})
export type RankedFinding = z.infer<typeof rankedFindingSchema>

export const overviewSchema = z.object({
  version: z.number().int(),
  models: z.array(modelName),
  selection: selectionSchema.nullable(),
  findings: z.array(rankedFindingSchema),
  /** Slices that are easier than their classes usually are. */
  easier: z.array(rankedFindingSchema),
  /** Said when nothing stands out, with the reason (power); null otherwise. */
  nothing: z.string().nullable(),
  /** One sentence a field whose values a model inferred. */
  notes: z.array(z.string()),
  /** Fields that were looked at. */
  fields: z.array(z.object({ field: z.string(), values: z.number().int(), power: z.string() })),
})
export type Overview = z.infer<typeof overviewSchema>

const under = { dataset: datasetId, filter: filterSchema }
const models = z.array(modelName).min(1).max(64)

export const analysisCalls = {
  'slices.compute': call(
    z.object({
      ...under,
      field: pathSchema,
      /** A second field to cross with; values read `a × b`. */
      cross: pathSchema.nullable(),
      models,
      adjust: z.enum(['auto', 'on', 'off']),
      /** How fields of numbers are cut, `crossBins` the second; null: five bins of about equally many images. */
      bins: binsSchema.nullable().default(null),
      crossBins: binsSchema.nullable().default(null),
      /** Inferred values with a lower margin that no person decided about are left out; null: all count. */
      minMargin: z.number().min(0).max(1).nullable().default(null),
    }),
    sliceTableSchema,
  ),
  'compare.compute': call(z.object({ ...under, models }), compareSchema),
  'compare.accuracy': call(
    z.object({
      ...under,
      models,
      field: pathSchema,
      bins: binsSchema.nullable().default(null),
      /** Only samples that every one of the models has judged. */
      common: z.boolean().default(false),
    }),
    accuracyByValueSchema,
  ),
  'overview.compute': call(z.object({ ...under, models }), overviewSchema),
}

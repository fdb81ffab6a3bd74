// The figures: slices, confusion, models against models, and the ranked findings. Definitions: docs/statistics.md.
import { z } from 'zod'
import { call } from './call.ts'
import { datasetId, fieldValue, intervalSchema, modelName, u32 } from './common.ts'
import { binLimitsSchema } from './discovery.ts'
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
  /** Samples without a value: a row of their own, outside the statistics. */
  missing: z.object({ n: z.number().int(), failures: z.number() }).nullable(),
  slices: z.array(sliceRowSchema),
  /** Which protocol, model hashes and preprocessing the figures rest on. */
  evidence: z.array(z.string()),
})
export type SliceTable = z.infer<typeof sliceTableSchema>

export const confusionCellSchema = z.object({
  truth: z.string(),
  predicted: z.string(),
  count: z.number().int(),
  /** Of the samples of the truth class (n). */
  n: z.number().int(),
  rate: z.number(),
})

export const confusionSchema = z.object({
  version: z.number().int(),
  model: modelName,
  /** Axis: the dataset's classes first, then other classes of the model that were answered. */
  classes: z.array(z.object({ name: z.string(), ids: z.array(z.number().int()), ofDataset: z.boolean() })),
  n: z.number().int(),
  wrong: z.number().int(),
  /** Sparse cells, columnar: indices into `classes`. */
  truth: u32,
  predicted: u32,
  count: u32,
  /** Samples by truth class, as long as `classes`. */
  rowTotals: u32,
  /** Off-diagonal cells, most frequent first (at most 200). `lift` = rate / share of this answer over all other rows. */
  pairs: z.array(confusionCellSchema.extend({ lift: z.number().nullable() })),
})
export type Confusion = z.infer<typeof confusionSchema>

export const confusionDifferenceSchema = z.object({
  version: z.number().int(),
  model: modelName,
  by: z.string(),
  value: fieldValue,
  /** null = all other values. */
  minus: fieldValue,
  classes: z.array(z.object({ name: z.string(), ids: z.array(z.number().int()), ofDataset: z.boolean() })),
  n: z.tuple([z.number().int(), z.number().int()]),
  cells: z.array(
    z.object({
      truth: z.number().int(),
      predicted: z.number().int(),
      counts: z.tuple([z.number().int(), z.number().int()]),
      /** Samples of the truth class on either side. */
      n: z.tuple([z.number().int(), z.number().int()]),
      /** Rate minus rate, with Newcombe's interval; null where one side has no sample of the class. */
      difference: z.number().nullable(),
      interval: intervalSchema.nullable(),
      q: z.number().nullable(),
    }),
  ),
})
export type ConfusionDifference = z.infer<typeof confusionDifferenceSchema>
export type DifferenceCell = ConfusionDifference['cells'][number]

export const compareSchema = z.object({
  version: z.number().int(),
  models: z.array(modelName),
  ...likeness,
  /** Samples that all of the models have judged. */
  n: z.number().int(),
  /** Most frequent first; at most 2,000. */
  subsets: z.array(z.object({ failing: z.array(modelName), count: z.number().int(), sameLabel: z.number().int() })),
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
  /** All models give the same wrong label: candidates for label errors. */
  unanimous: z.object({
    count: z.number().int(),
    labels: z.array(z.object({ truth: z.string(), predicted: z.string(), count: z.number().int() })),
  }),
})
export type Comparison = z.infer<typeof compareSchema>

export const accuracyByValueSchema = z.object({
  field: z.string(),
  models: z.array(modelName),
  ...likeness,
  /** The one of `notes` that is about samples: models have judged others than each other. */
  samplesNote: z.string().nullable(),
  /** Samples under the filter that every one of the models has judged. */
  judgedByAll: z.number().int(),
  rows: z.array(
    z.object({
      value: fieldValue,
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
      /** Bins by hand of a field of numbers; null: five of about equally many images. */
      limits: binLimitsSchema.nullable().default(null),
      /** Inferred values with a lower margin that no person decided about are left out; null: all count. */
      minMargin: z.number().min(0).max(1).nullable().default(null),
    }),
    sliceTableSchema,
  ),
  'confusion.compute': call(
    z.object({
      ...under,
      model: modelName,
      /** Only samples with this value of a field. */
      by: pathSchema.nullable(),
      value: fieldValue,
    }),
    confusionSchema,
  ),
  'confusion.difference': call(
    z.object({
      ...under,
      model: modelName,
      by: pathSchema,
      value: fieldValue,
      /** null = every other value. */
      minus: fieldValue,
    }),
    confusionDifferenceSchema,
  ),
  /** One run minus another on the samples of a class that both have judged: paired intervals, McNemar's test a cell. */
  'confusion.runDifference': call(
    z.object({ ...under, model: modelName, minus: modelName }),
    confusionDifferenceSchema.omit({ by: true, value: true }).extend({ minus: modelName }),
  ),
  'compare.compute': call(z.object({ ...under, models }), compareSchema),
  'compare.accuracy': call(
    z.object({
      ...under,
      models,
      field: pathSchema,
      /** Only samples that every one of the models has judged. */
      common: z.boolean().default(false),
    }),
    accuracyByValueSchema,
  ),
  'overview.compute': call(z.object({ ...under, models }), overviewSchema),
}

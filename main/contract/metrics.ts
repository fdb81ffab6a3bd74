// Metrics by value of a field, and the measures of benchmarks whose fields a dataset has. Definitions: docs/statistics.md.
import { z } from 'zod'
import { call } from './call.ts'
import { datasetId, fieldValue, intervalSchema, modelName } from './common.ts'
import { binsSchema } from './discovery.ts'
import { filterSchema, pathSchema } from './filter-schema.ts'
import { selectionSchema } from './selection.ts'
import { protocols } from '#core/sample.ts'

const count = z.number().int()
const share = z.object({ n: count, right: count, rate: z.number(), wilson: intervalSchema })
const mean = z.object({ n: count, mean: z.number() })

const calibrationSchema = z.object({
  n: count,
  meanConfidence: z.number(),
  /** Expected calibration error, 15 bins of equal width. */
  ece: z.number(),
  /** What a perfectly calibrated model would show: on average, and at most in 95 % of cases. */
  byChance: z.object({ mean: z.number(), limit: z.number() }),
  bins: z.array(
    z.object({
      from: z.number(),
      to: z.number(),
      n: count,
      confidence: z.number(),
      accuracy: z.number(),
      wilson: intervalSchema,
    }),
  ),
})
export type Calibration = z.infer<typeof calibrationSchema>

export const modelMetricsSchema = z.object({
  accuracy: share,
  top5: share.nullable(),
  /** Against all judged images under the filter; null for all of them, and where nothing is wrong. */
  errorRatio: z.object({ ratio: z.number(), interval: intervalSchema }).nullable(),
  calibration: calibrationSchema.nullable(),
  confidenceWhenWrong: mean.nullable(),
  /** In nats. */
  entropy: mean.nullable(),
})
export type ModelMetrics = z.infer<typeof modelMetricsSchema>

const metricModelSchema = z.object({
  model: modelName,
  protocol: z.enum(protocols),
  /** Protocol, hash and preprocessing as a line. */
  evidence: z.string(),
  /** The filter was made from its own answers: its figures say how, and are not to be ranked. */
  barred: z.boolean(),
})

export const metricsSchema = z.object({
  version: count,
  /** null: no field, all samples only. */
  field: z.string().nullable(),
  models: z.array(metricModelSchema),
  selection: selectionSchema.nullable(),
  /** One a model, over all judged samples under the filter. */
  overall: z.array(modelMetricsSchema),
  /** Values with a judged sample, before `rows` was cut to the 1,000 most frequent. */
  total: count,
  /** Missing values (null) first, then by number of judged samples. */
  rows: z.array(
    z.object({
      value: fieldValue,
      /** Which samples it means, where that is not just `field = value`. */
      filter: filterSchema.nullable(),
      cells: z.array(modelMetricsSchema),
    }),
  ),
})
export type Metrics = z.infer<typeof metricsSchema>

const fieldsOf = z.array(z.string())
const models = <T extends z.ZodType>(result: T) => z.array(z.object({ model: modelName, result: result.nullable() }))
/** What a model makes of a benchmark; null where it has judged nothing of it. */
const byModel = <T extends z.ZodType>(result: T) => z.object({ fields: fieldsOf, models: models(result) }).nullable()

export const cueDecisionsSchema = z.object({ n: count, shape: count, texture: count, bias: share.nullable() })

export const benchmarksSchema = z.object({
  version: count,
  models: z.array(metricModelSchema),
  selection: selectionSchema.nullable(),
  /** Reviewed labels (ReaL, ImageNet-M), where a sidecar brought them. */
  accepted: z
    .object({
      fields: fieldsOf,
      /** Whether all of the labels are ReaL's. */
      isReal: z.boolean(),
      models: models(
        z.object({ real: share, multiLabel: z.object({ n: count, right: count, classes: count, rate: z.number() }) }),
      ),
    })
    .nullable(),
  /** Corruption errors, on fields of corruption and severity. */
  corruption: byModel(
    z.object({
      n: count,
      corruptions: z.array(
        z.object({
          corruption: z.string(),
          n: count,
          severities: z.array(z.object({ severity: count, n: count, wrong: count })),
          meanError: z.number(),
          /** Divided by AlexNet's; null for a corruption that it has none of. */
          ce: z.number().nullable(),
        }),
      ),
      meanError: z.number(),
      meanCe: z.number().nullable(),
      /** Whether `meanCe` is the mCE of all fifteen corruptions. */
      isComplete: z.boolean(),
    }),
  ),
  /** Mixed-same less mixed-rand, on a field with these two variations. */
  background: byModel(z.object({ same: share, random: share, gap: z.number(), interval: intervalSchema })),
  /** Shape against texture, on two fields that share their categories. */
  shape: byModel(
    cueDecisionsSchema.extend({
      cueAccuracy: share,
      byShape: z.array(cueDecisionsSchema.extend({ category: z.string() })),
      /** How answers became categories, in a sentence. */
      note: z.string(),
    }),
  ),
})
export type Benchmarks = z.infer<typeof benchmarksSchema>

const under = { dataset: datasetId, filter: filterSchema, models: z.array(modelName).min(1).max(64) }

export const metricCalls = {
  'metrics.compute': call(
    z.object({ ...under, by: pathSchema.nullable(), bins: binsSchema.nullable().default(null) }),
    metricsSchema,
  ),
  'metrics.benchmarks': call(z.object(under), benchmarksSchema),
}

// What is taken for what: one matrix, and the difference of two. Definitions: docs/statistics.md.
import { z } from 'zod'
import { call } from './call.ts'
import { datasetId, f64, fieldValue, modelName, u32 } from './common.ts'
import { filterSchema, pathSchema } from './filter-schema.ts'

/** Cells that occur, as parallel arrays in order of truth and then predicted: nothing grows with classes x classes. */
const cellArrays = {
  /** Indices into `classes`. */
  truth: u32,
  predicted: u32,
}

export const axisClassSchema = z.object({
  name: z.string(),
  ids: z.array(z.number().int()),
  ofDataset: z.boolean(),
  /** The model's answers that are counted here, as a filter on its `predicted` finds them. */
  answers: z.array(z.union([z.string(), z.number()])),
})
export type AxisClass = z.infer<typeof axisClassSchema>

const axis = {
  /** The dataset's classes first, then other classes of the model that were answered. */
  classes: z.array(axisClassSchema),
  /**
   * The last of `classes` where it stands for wrong answers with the sample's own class, which the sample does not accept
   * (its accepted labels are others): such an answer is off the diagonal. null: there are none.
   */
  refused: z.number().int().nullable(),
}

export const confusionCellSchema = z.object({
  truth: z.string(),
  predicted: z.string(),
  count: z.number().int(),
  /** Of the judged samples of the truth class (n). */
  n: z.number().int(),
  rate: z.number(),
})

export const confusionSchema = z.object({
  version: z.number().int(),
  model: modelName,
  ...axis,
  /** Samples under the filter: `n` and the counts in `unjudged`. */
  samples: z.number().int(),
  /** Judged samples: those with a class, a prediction and a verdict. */
  n: z.number().int(),
  wrong: z.number().int(),
  ...cellArrays,
  count: u32,
  /** Judged samples by truth class, as long as `classes`. */
  rowTotals: u32,
  /**
   * The samples that are not judged. `classes.length` in place of an index: no class, no prediction. Where both are
   * there, the model has no class for the sample's own, or no label fits the sample.
   */
  unjudged: z.object({ ...cellArrays, count: u32 }),
  /** Off-diagonal cells, most frequent first (at most 200). `lift` = rate / share of this answer among all judged samples. */
  pairs: z.array(confusionCellSchema.extend({ lift: z.number().nullable() })),
})
export type Confusion = z.infer<typeof confusionSchema>

const two = <T extends z.ZodType>(side: T) => z.tuple([side, side])

const differenceSchema = z.object({
  version: z.number().int(),
  model: modelName,
  ...axis,
  /** Judged samples on either side, and all that are there. */
  n: two(z.number().int()),
  samples: two(z.number().int()),
  ...cellArrays,
  counts: two(u32),
  /** Judged samples of each truth class on either side, as long as `classes`. */
  totals: two(u32),
  /** On how many samples both runs give this answer; null where the sides are different samples. */
  both: u32.nullable(),
  /** False discovery rate at which the cell would be a discovery, over the tested cells; NaN: not tested. */
  q: f64,
  /** Cells that counts with their margins could make a discovery at all. */
  tested: z.number().int(),
})

export const confusionDifferenceSchema = differenceSchema.extend({
  by: z.string(),
  value: fieldValue,
  /** null = all other values. */
  minus: fieldValue,
})
export type ConfusionDifference = z.infer<typeof confusionDifferenceSchema>

export const runDifferenceSchema = differenceSchema.extend({
  minus: modelName,
  /** What `answers` are for `model`, for `minus`; as long as `classes`. */
  minusAnswers: z.array(axisClassSchema.shape.answers),
})
export type RunDifference = z.infer<typeof runDifferenceSchema>

const under = { dataset: datasetId, filter: filterSchema, model: modelName }

export const confusionCalls = {
  'confusion.compute': call(
    z.object({
      ...under,
      /** Only samples with this value of a field. */
      by: pathSchema.nullable(),
      value: fieldValue,
    }),
    confusionSchema,
  ),
  'confusion.difference': call(
    z.object({
      ...under,
      by: pathSchema,
      value: fieldValue,
      /** null = every other value. */
      minus: fieldValue,
    }),
    confusionDifferenceSchema,
  ),
  /** One run minus another on the samples of a class that both have judged: paired intervals, McNemar's test a cell. */
  'confusion.runDifference': call(z.object({ ...under, minus: modelName }), runDifferenceSchema),
}

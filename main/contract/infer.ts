// Fields whose values a model finds, and the review in which people confirm them.
import { z } from 'zod'
import { vocabularyNames } from '#core/infer/vocabulary.ts'
import { call } from './call.ts'
import { datasetId, empty, f64, intervalSchema, isoDate, modelName, sampleId, u32 } from './common.ts'
import { filterSchema } from './filter-schema.ts'
import { jobSchema } from './jobs.ts'

const fieldName = z.string().min(1).max(200)
const ofField = z.object({ dataset: datasetId, field: fieldName })

/** What images are tagged with: ImageNet-D's own words, a list, or the values that a field of the dataset has. */
export const vocabularySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('named'), name: z.enum(vocabularyNames) }),
  z.object({ kind: z.literal('words'), words: z.array(z.string()) }),
  z.object({ kind: z.literal('field'), field: fieldName }),
])

/** By a dual encoder that compares images with words, or by the nearest images that have a value in a field already. */
export const inferBySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('text'),
    model: modelName,
    vocabulary: vocabularySchema,
    /** Sentences with `{}` where the value goes, of which the mean is taken; null = those that fit the vocabulary. */
    templates: z.array(z.string().max(500)).nullable(),
    provider: z.string().default('auto'),
  }),
  z.object({
    kind: z.literal('examples'),
    /** A run that kept its embeddings. */
    run: modelName,
    /** The field whose values are the examples. */
    examples: fieldName,
    /** How many of the nearest examples vote. */
    neighbours: z.number().int().min(1).max(1000).default(20),
    /** Compare images by how they differ from the mean of their class; `auto`: whichever is right more often on the examples. */
    withinClass: z.enum(['auto', 'on', 'off']).default('auto'),
  }),
])
export type InferBy = z.infer<typeof inferBySchema>

const shareSchema = z.object({ n: z.number().int(), right: z.number().int(), wilson: intervalSchema })

export const inferredFieldSchema = z.object({
  version: z.number().int(),
  field: z.string(),
  /** What inferred it: a model of the library, or the run whose embeddings were compared. */
  model: z.string(),
  sha256: z.string().nullable(),
  /** One sentence: "By clip-vit-b-32 among 468 scenes, put as “a photo in a {}”". */
  how: z.string(),
  words: z.array(z.string()),
  askedAt: isoDate,
  samples: z.number().int(),
  /** Samples for which the model has answered. */
  inferred: z.number().int(),
  /** Samples about which a person has decided, and those of them with another value than the model's, and with none. */
  reviewed: z.number().int(),
  changed: z.number().int(),
  cleared: z.number().int(),
  /** Samples that nobody has answered for yet. */
  open: z.number().int(),
  /** Other fields with at least two values of the vocabulary, the one that has most of them first. */
  knownFields: z.array(z.string()),
})
export type InferredField = z.infer<typeof inferredFieldSchema>

export const inferredAccuracySchema = z.object({
  version: z.number().int(),
  field: z.string(),
  known: z.string(),
  n: z.number().int(),
  right: z.number().int(),
  /** right / n; null where nothing could be compared. */
  accuracy: z.number().nullable(),
  wilson: intervalSchema,
  /** Samples whose known value is none of the vocabulary, and those without an answer: not counted in n. */
  outside: z.number().int(),
  open: z.number().int(),
  /** Parts of about equally many images, the least sure first. */
  byMargin: z.array(shareSchema.extend({ from: z.number(), to: z.number() })),
  /** What would be left if lower margins were left out. */
  atLeast: z.array(shareSchema.extend({ margin: z.number() })),
  confused: z.array(z.object({ known: z.string(), inferred: z.string(), count: z.number().int() })),
})
export type InferredAccuracy = z.infer<typeof inferredAccuracySchema>

export const reviewItemSchema = z.object({
  id: sampleId,
  fileName: z.string(),
  /** What stands now; null = none. */
  value: z.string().nullable(),
  source: z.enum(['none', 'inferred', 'person']),
  score: z.number().nullable(),
  margin: z.number().nullable(),
  /** The model's own order, at most five. */
  candidates: z.array(z.string()),
})
export type ReviewItem = z.infer<typeof reviewItemSchema>

export const reviewAnswerSchema = z.discriminatedUnion('kind', [
  /** What stands is right. */
  z.object({ kind: z.literal('confirm') }),
  z.object({ kind: z.literal('value'), value: z.string() }),
  /** None of the vocabulary fits. */
  z.object({ kind: z.literal('clear') }),
])
export type ReviewAnswer = z.infer<typeof reviewAnswerSchema>

const progressSchema = z.object({ version: z.number().int(), reviewed: z.number().int(), total: z.number().int() })

export const inferCalls = {
  /**
   * Finds a value for every sample that has none, in a new field or one that was begun the same way. The job's result: {field, samples,
   * done, failed}. `history.undo` takes a new field away.
   */
  'inferred.start': call(
    z.object({
      dataset: datasetId,
      field: fieldName,
      by: inferBySchema,
      filter: filterSchema.nullable().default(null),
    }),
    z.object({ job: jobSchema }),
  ),
  'inferred.describe': call(ofField, inferredFieldSchema),
  /** How often what was inferred is what another field says. */
  'inferred.accuracy': call(ofField.extend({ known: fieldName, filter: filterSchema }), inferredAccuracySchema),
  'inferred.delete': call(ofField, empty),
  /** Samples under the filter that a model has answered for and no person: ids and margins, the least sure first. */
  'review.queue': call(ofField.extend({ filter: filterSchema }), progressSchema.extend({ ids: u32, margins: f64 })),
  'review.items': call(ofField.extend({ ids: z.array(sampleId).max(100) }), z.array(reviewItemSchema)),
  'review.answer': call(ofField.extend({ id: sampleId, answer: reviewAnswerSchema }), progressSchema),
  /** Confirms every value under the filter that no person has decided about and whose margin is at least `minMargin`. */
  'review.confirm': call(
    ofField.extend({ filter: filterSchema, minMargin: z.number().min(0).max(1) }),
    progressSchema.extend({ changed: z.number().int() }),
  ),
}

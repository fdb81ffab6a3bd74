// What a model really gets to see, and whether it was meant to be fed so.
import { z } from 'zod'
import { preprocessingSchema, tensorLayouts } from '#core/models/model-settings.ts'
import { protocols } from '#core/sample.ts'
import { call } from './call.ts'
import { datasetId, intervalSchema, modelName, sampleId } from './common.ts'

/** How a tensor comes out of an image. */
const feedingSchema = z.object({ steps: preprocessingSchema, layout: z.enum(tensorLayouts) })

/** What a tensor's values are, as they are fed; null where none is a number. */
const channelSchema = z.object({
  colour: z.enum(['red', 'green', 'blue']),
  min: z.number().nullable(),
  mean: z.number().nullable(),
  max: z.number().nullable(),
})

const tensorSchema = z.object({
  /** Names the picture: `tensors/<key>` of the shell's images. */
  key: z.string(),
  /** Names the picture of what is out of range in false colours; null where nothing is. */
  marksKey: z.string().nullable(),
  /** Of the picture, in pixels. */
  width: z.number().int(),
  height: z.number().int(),
  /** Of the upright source image without the dataset's border, in pixels. */
  sourceWidth: z.number().int(),
  sourceHeight: z.number().int(),
  /** What the tensor was cut out of, as shares of the source image; negative or above 1 where black was put around it. */
  crop: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
  /** In the tensor's order. */
  channels: z.array(channelSchema).length(3),
  /** Share of the values that stand for no brightness from 0 to 255. */
  outsideShare: z.number(),
  /** "float32 [1, 3, 224, 224] NCHW" */
  tensor: z.string(),
  /** "shorter side 256 bicubic, centre 224 x 224, (x / 255 - .498) / .502, RGB" */
  preprocessing: z.string(),
  /** Where that was read: `preprocessor_config.json`, `default`, `chosen by hand` ... */
  origin: z.string(),
})
export type TensorInfo = z.infer<typeof tensorSchema>

const candidateSchema = z.object({
  /** What sets it apart from the model's own: "BGR"; "as it is" for the model's own. */
  name: z.string(),
  preprocessing: z.string(),
  feeding: z.object({ steps: preprocessingSchema, layout: z.enum(tensorLayouts) }),
  /** Against the model's own, beyond chance for all candidates together; `refused`: the model cannot be fed so. */
  standing: z.enum(['own', 'ahead', 'level', 'behind', 'refused']),
  right: z.number().int(),
  accuracy: z.number().nullable(),
  interval: intervalSchema,
  /** Means over the images; entropy in nats. */
  truthConfidence: z.number().nullable(),
  entropy: z.number().nullable(),
  /** Images that only this, and only the model's own, gets right; whose right class comes higher up, and further down, under this. */
  onlyThis: z.number().int(),
  onlyOwn: z.number().int(),
  higher: z.number().int(),
  lower: z.number().int(),
  /** Of the comparison with the model's own alone; null for the model's own. */
  p: z.number().nullable(),
})
export type CandidateInfo = z.infer<typeof candidateSchema>

const checkSchema = z.object({
  model: modelName,
  /** Images that the candidates were tried on. */
  images: z.number().int(),
  /** Of the sample, images that could not be read. */
  unreadable: z.number().int(),
  /** `unmasked`, or `zero-shot` for a dual encoder. */
  protocol: z.enum(protocols),
  provider: z.string(),
  /** The best first. */
  candidates: z.array(candidateSchema),
  verdict: z.enum(['best', 'level', 'wrong', 'cut', 'unclear']),
  sentence: z.string(),
  advice: z.string(),
  /** Place in `candidates` of what is better than the model's own on fresh images too; null: nothing is. */
  better: z.number().int().nullable(),
  /** The best of the search and the model's own, on images that had no part in choosing it. */
  confirmation: z
    .object({
      images: z.number().int(),
      right: z.number().int(),
      ownRight: z.number().int(),
      higher: z.number().int(),
      lower: z.number().int(),
      p: z.number(),
    })
    .nullable(),
  /** Time was short: fewer images were taken than asked for, or fewer candidates tried than there are. */
  isCutShort: z.boolean(),
  /** An image to look at under each candidate. */
  example: sampleId,
})
export type PreprocessingCheck = z.infer<typeof checkSchema>

export const preprocessingCalls = {
  /** One image as the model sees it. */
  'models.tensor': call(
    z.object({
      dataset: datasetId,
      id: sampleId,
      model: modelName,
      /** null = the model's own. */
      feeding: feedingSchema.nullable().default(null),
      /** What the network is believed to expect, by which values become colours again; null = the model's own. */
      seenThrough: preprocessingSchema.nullable().default(null),
    }),
    tensorSchema,
  ),
  /**
   * Tries other ways to feed the model on a sample of labelled images, spread over the classes, and tells whether one is better.
   * Its progress counts images fed.
   */
  'preprocessing.check': call(
    z.object({
      dataset: datasetId,
      model: modelName,
      sampleSize: z.number().int().min(8).max(1024).default(64),
      provider: z.string().default('auto'),
      /** Another seed, another sample. */
      seed: z.number().int().min(0).default(1),
      /** About how long it may take: a slow model gets fewer images, then fewer candidates. */
      maxSeconds: z.number().min(1).default(300),
    }),
    checkSchema,
  ),
}

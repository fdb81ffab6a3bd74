// What somebody chose for a model over what its files say: shapes that the contract, the store and the reader share.
import { z } from 'zod'

const pixels = z.number().int().min(1).max(4096)
const finite = z.number().refine(Number.isFinite)
const triple = z.tuple([finite, finite, finite]).readonly()
/** A deviation of 0 would make every value infinite. */
const nonZero = finite.refine((value) => value !== 0, 'must not be 0')

export const resampleFilters = ['nearest', 'bilinear', 'bicubic', 'box', 'hamming', 'lanczos'] as const

/** The steps from an upright RGB image to the input tensor, in this order; see `Preprocessing` of the models. */
export const preprocessingSchema = z.object({
  /** Shorter side to this many pixels, keeping the aspect; or an exact size; or none. */
  resize: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('shortest-edge'), size: pixels }),
      z.object({ kind: z.literal('exact'), width: pixels, height: pixels }),
    ])
    .nullable(),
  resample: z.enum(resampleFilters),
  /** Centre crop. An odd margin is halved down (Transformers), or to the even neighbour (torchvision, timm). */
  crop: z
    .object({ width: pixels, height: pixels, rounding: z.enum(['floor', 'half-even']).exactOptional() })
    .nullable(),
  rescale: nonZero,
  mean: triple,
  std: z.tuple([nonZero, nonZero, nonZero]).readonly(),
  channelOrder: z.enum(['rgb', 'bgr']),
  /** Where these values were read, or that somebody chose them. */
  origin: z.string().min(1).max(200).default('chosen by hand'),
})
export type ChosenPreprocessing = z.infer<typeof preprocessingSchema>

export const tensorLayouts = ['nchw', 'nhwc'] as const

/** A class list that somebody gave, by position of the score, and the file that it came from. */
const givenClasses = z.object({ names: z.array(z.string()).min(1), file: z.string() })

/** Parts that are not there are as the files say. Other keys belong to others, and are kept. */
export const modelSettingsSchema = z.looseObject({
  preprocessing: preprocessingSchema.exactOptional(),
  layout: z.enum(tensorLayouts).exactOptional(),
  classes: givenClasses.exactOptional(),
})
export type ChosenSettings = Pick<z.infer<typeof modelSettingsSchema>, 'preprocessing' | 'layout' | 'classes'>

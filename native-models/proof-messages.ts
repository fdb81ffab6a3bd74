// What the engine's process and a prediction process say to each other when preprocessing is looked at or tried out.
import type { ErrorCode } from '#core/errors.ts'
import type { ModelSpec } from './model-spec.ts'
import type { AnswerPlan, PredictItem } from './predictor.ts'
import type { ChannelRange, PixelFormat } from './preprocess/draw-tensor.ts'
import type { Feeding } from './preprocess/list-candidates.ts'
import type { CropBox } from './preprocess/locate-crop.ts'

export type ProofRequest =
  /** One image as each of the feedings makes it, drawn through what the network is believed to expect. */
  | {
      readonly type: 'draw'
      readonly model: ModelSpec
      readonly image: PredictItem['image']
      readonly feedings: readonly Feeding[]
      readonly seenThrough: PixelFormat
    }
  /** Makes ready for `score`. */
  | {
      readonly type: 'open-scores'
      readonly model: ModelSpec
      readonly provider: string
      readonly threads: number
      readonly answers: AnswerPlan
    }
  | { readonly type: 'score'; readonly items: readonly PredictItem[]; readonly feedings: readonly Feeding[] }

export type ProofReply =
  | { readonly type: 'drawn'; readonly result: DrawResult }
  | { readonly type: 'scores-open' }
  | { readonly type: 'scored'; readonly result: ScoredItems }

/** A tensor as a picture. */
export interface TensorPicture {
  /** PNG, width x height of the model's input. */
  readonly png: Uint8Array
  /** PNG of the same size, transparent but for values out of range; null where there are none. */
  readonly marks: Uint8Array | null
  readonly crop: CropBox
  /** In the tensor's order. */
  readonly channels: readonly ChannelRange[]
  /** Of the values. */
  readonly outsideShare: number
}

export type DrawResult =
  | {
      readonly pictures: readonly TensorPicture[]
      /** Of the upright source image, border included. */
      readonly width: number
      readonly height: number
    }
  | { readonly problem: { readonly code: ErrorCode; readonly message: string } }

export interface ScoredItems {
  /** Of the items, in their order; those that could not be read are not among them. */
  readonly sampleIds: Uint32Array
  readonly failures: readonly { readonly sampleId: number; readonly message: string }[]
  /** One a feeding, in their order. */
  readonly feedings: readonly FeedingScores[]
}

/** Of n items: see `PredictBatch`. Or why the model cannot be fed so. */
export type FeedingScores =
  | { readonly truthRank: Uint32Array; readonly truthConfidence: Float32Array; readonly entropy: Float32Array }
  | { readonly problem: string }

// The predictor as the engine sees it: images in, top-5 and statistics out, from a process of its own that may be killed.
import type { KeptKind } from '#core/sample.ts'
import type { ModelSpec } from './model-spec.ts'

/** What a run may answer: its classes, and how their probabilities come out of the model's output. */
export type AnswerPlan =
  /** The model's own classes. */
  | { readonly kind: 'all' }
  /** Those of its classes that are right answers to some class of the dataset. */
  | { readonly kind: 'masked'; readonly ids: readonly number[] }
  /** Categories of its classes, by the mean probability of their members. */
  | { readonly kind: 'grouped'; readonly groups: readonly (readonly number[])[] }
  /** Texts, by how near the image's embedding is to theirs. */
  | ZeroShotPlan

export interface ZeroShotPlan {
  readonly kind: 'zero-shot'
  /** One text embedding of length 1 a class, classCount x dim. */
  readonly weights: Float32Array
  readonly classCount: number
  readonly dim: number
  readonly scale: number
  readonly bias: number
  /** Probabilities of all classes add up to 1, or each stands for itself. */
  readonly activation: 'softmax' | 'sigmoid'
}

/** What is kept of a batch beside its answers, as the bits of binary16: n x classes, n x the embedding's size. */
export interface KeptHalves {
  readonly logits?: Uint16Array
  readonly embedding?: Uint16Array
}

export interface PredictItem {
  readonly sampleId: number
  /** The encoded image: a file to read, or its bytes; or why there is none, which becomes the sample's failure. */
  readonly image: { readonly path: string } | { readonly bytes: Uint8Array } | { readonly problem: string }
  /** Ids of the model's classes that are right for this sample; null where the truth is unknown or outside the model's classes. */
  readonly acceptedIds: readonly number[] | null
}

/** Columnar results of one batch; arrays of length n, `topIds` and `topProbabilities` n x 5 (unused places: -1 and NaN). */
export interface PredictBatch {
  readonly sampleIds: Uint32Array
  readonly topIds: Int32Array
  readonly topProbabilities: Float32Array
  /** Nats. */
  readonly entropy: Float32Array
  /** Probability of the first minus that of the second class. */
  readonly margin: Float32Array
  /** Greatest probability among the accepted ids; NaN without truth. */
  readonly truthConfidence: Float32Array
  /** Best rank among the accepted ids, 1 = right; 0 without truth. */
  readonly truthRank: Uint32Array
  /** Pixels of the upright source image, n x 2 (width, height). */
  readonly sizes: Uint32Array
  readonly kept: KeptHalves
  /** Samples that could not be predicted, with the reason. */
  readonly failures: readonly { readonly sampleId: number; readonly message: string }[]
}

export interface PredictOptions {
  readonly model: ModelSpec
  /** `auto`, or a provider's name (`cpu`, `cuda`, `tensorrt`, `coreml`, `dml`, `webgpu`). */
  readonly provider: string
  /** null = chosen by Foible. */
  readonly batchSize: number | null
  readonly answers: AnswerPlan
  /** Absent: nothing. An embedding only of models that have one. */
  readonly keep?: readonly KeptKind[]
  readonly signal: AbortSignal
}

export interface PredictorInfo {
  readonly provider: string
  /** Why this one, and why the others not, one sentence each. */
  readonly reasons: readonly string[]
  /** Images a batch: sizes that are tried on the first batches, of which the fastest stays; one is settled. */
  readonly batchSizes: readonly number[]
  /** Threads that each run batches of their own, and the threads that each of them gives to the runtime. */
  readonly workers: number
  /** Threads that only prepare what the workers run; 0 = each worker prepares its own. */
  readonly preparers: number
  readonly threadsPerWorker: number
}

// What Foible knows about a model before it runs it: the card, the graph's inputs and outputs, the preprocessing.

export type ResampleFilter = 'nearest' | 'bilinear' | 'bicubic' | 'box' | 'hamming' | 'lanczos'

/** The steps from an upright RGB image to the input tensor, in this order. */
export interface Preprocessing {
  /** Pixels to take off each edge of the source image before anything else: a dataset's drawn border. Absent: none. */
  readonly cropBorderPx?: number
  /** Shorter side to this many pixels, keeping the aspect; or an exact size; or none. */
  readonly resize:
    | { readonly kind: 'shortest-edge'; readonly size: number }
    | { readonly kind: 'exact'; readonly width: number; readonly height: number }
    | null
  readonly resample: ResampleFilter
  /** Centre crop. An odd margin is halved down (Transformers), or to the even neighbour (torchvision, timm). */
  readonly crop: {
    readonly width: number
    readonly height: number
    readonly rounding?: 'floor' | 'half-even'
  } | null
  readonly rescale: number
  readonly mean: readonly [number, number, number]
  readonly std: readonly [number, number, number]
  readonly channelOrder: 'rgb' | 'bgr'
  /** Where these values were read: `preprocessor_config.json`, `model metadata`, `default`. */
  readonly origin: string
}

export interface TensorSpec {
  readonly name: string
  /** `float32`, `float16`, `uint8`, `int64`, ... */
  readonly type: string
  /** null = dynamic. */
  readonly shape: readonly (number | null)[]
}

export interface ModelSpec {
  readonly name: string
  /** Absolute path of the .onnx file. */
  readonly file: string
  readonly sha256: string
  readonly sizeBytes: number
  /** Files with weights outside of the .onnx file, relative to its folder. */
  readonly dataFiles: readonly string[]
  readonly input: TensorSpec
  readonly layout: 'nchw' | 'nhwc'
  /** Pixels of the input tensor. */
  readonly width: number
  readonly height: number
  /** Fixed batch size of the graph, or null where it is dynamic. */
  readonly batch: number | null
  readonly output: TensorSpec
  readonly outputs: readonly TensorSpec[]
  readonly outputKind: 'logits' | 'probabilities'
  /** The output's first score is the background's, which is the last of the classes: all others come one place later than their id. */
  readonly backgroundFirst?: boolean
  /** Class names by id. */
  readonly classes: readonly string[]
  /** `imagenet-1k` where the first 1,000 classes are those in that order: accepted ImageNet ids then apply as they are. */
  readonly labelSpace: 'imagenet-1k' | 'own'
  readonly preprocessing: Preprocessing
  readonly license: string | null
  /** What the model's files left open and Foible took for granted, one sentence each. */
  readonly notes: readonly string[]
}

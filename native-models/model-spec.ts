// What Foible knows about a model before it runs it: the card, the graph's inputs and outputs, the preprocessing.
import type { ServerAddress } from '#core/models/server-address.ts'

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

/** The other half of a dual encoder: what turns texts into embeddings that are compared with an image's. */
export interface TextEncoderSpec {
  /** Absolute path of its graph: the image encoder's own where one file has both. */
  readonly file: string
  readonly sha256: string
  /** With the weights outside of it. */
  readonly sizeBytes: number
  /** Files with weights outside of the graph, relative to its folder. */
  readonly dataFiles: readonly string[]
  /** Token ids, [texts, tokens]. */
  readonly ids: TensorSpec
  /** 1 for a token, 0 for padding; null where the graph takes none. */
  readonly mask: TensorSpec | null
  readonly output: TensorSpec
  /** Absolute path of tokenizer.json. */
  readonly tokenizer: string
  /** Texts are cut to this many tokens, those that mark their ends among them. */
  readonly maxTokens: number
  readonly padId: number
  /** Every text is filled up to `maxTokens`, as the model was trained; else to the longest of a batch. */
  readonly padsToMax: boolean
  /** Texts are put into lower case first. */
  readonly lowercase: boolean
  /** A score is scale x cosine + bias, and its probability comes out of all scores (softmax) or of itself alone (sigmoid). */
  readonly scale: number
  readonly bias: number
  readonly activation: 'softmax' | 'sigmoid'
  /** Prompts where nobody gives any; `{}` stands for the class. */
  readonly templates: readonly string[]
}

/** Where a model's embedding of an image is. */
export interface EmbeddingSpec {
  /** Name of the value in the graph. */
  readonly output: string
  /** Numbers of one image. */
  readonly size: number
  /** It is no output of the file: the graph has to be edited first, see `encodeExposure`. */
  readonly isEdited: boolean
  /** An operator that has to be added to make it: pooling of a map, or the way back from quantised numbers. */
  readonly made: { readonly opType: string; readonly inputs: readonly string[] } | null
}

/** Where a model runs that is not here: an inference server of the Open Inference Protocol (KServe v2). */
export interface ServerSpec extends ServerAddress {
  /** Versions that it served when the model was added: another one is another model. */
  readonly versions: readonly string[]
  readonly platform: string
  /** Tensors go as bytes; else as numbers in JSON. */
  readonly isBinary: boolean
  /** Images of one request; null where the server does not say. */
  readonly maxBatch: number | null
  /** Only while a run lasts: it is never kept with the model. */
  readonly token?: string
}

export interface ModelSpec {
  readonly name: string
  /** Absolute path of the .onnx file. */
  readonly file: string
  readonly sha256: string
  /** With the weights outside of it. */
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
  /** `embedding`: a description of the image that names no class. */
  readonly outputKind: 'logits' | 'probabilities' | 'embedding'
  /** What can be kept of an image beside its scores; null where the graph has nothing of the kind. */
  readonly embedding: EmbeddingSpec | null
  /** Where the model is a dual encoder. It has no classes of its own then. */
  readonly text?: TextEncoderSpec
  /** Where the model runs on a server: `file` then says where. */
  readonly server?: ServerSpec
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

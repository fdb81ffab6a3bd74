// The steps from an image to a model's input, out of everything that says something about them: card, metadata, graph. Pure.
import { FoibleError } from '#core/errors.ts'
import { z } from 'zod'
import type { ImageInput } from './choose-tensors.ts'
import type { ModelFiles } from './find-model-files.ts'
import type { Preprocessing } from './model-spec.ts'
import type { OnnxGraph } from './parse-onnx.ts'
import { readInputRange } from './read-input-range.ts'
import { metadataOrigin, readPixelFormat, readUltralytics } from './read-metadata-preprocessing.ts'
import {
  defaultPreprocessing,
  preprocessedSize,
  readTimmPreprocessing,
  readTransformersPreprocessing,
} from './read-preprocessing.ts'

export interface SettledPreprocessing {
  readonly preprocessing: Preprocessing
  readonly width: number
  readonly height: number
}

type PixelFormat = Pick<Preprocessing, 'rescale' | 'mean' | 'std'>

const sizes = z.object({ image_size: z.union([z.number(), z.tuple([z.number(), z.number()])]).optional() })
/** timm's config.json: the steps in a part of their own, or, from older versions, at the top. */
const timmNested = z.object({ pretrained_cfg: z.looseObject({}) })
const timmFlat = z.looseObject({ architecture: z.string(), input_size: z.array(z.number()) })
const timmWrapper = z.object({ image_processor_type: z.string().regex(/^TimmWrapper/) })

const bytes: PixelFormat = { rescale: 1, mean: [0, 0, 0], std: [1, 1, 1] }
const unit: PixelFormat = { rescale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] }

/** 4096 x 4096: one image of float32 takes 192 MiB then. */
const maxPixels = 2 ** 24
/** Of a batch that the graph fixes. */
const maxTensorBytes = 2 ** 30

/**
 * @param notes What is taken for granted is added to them.
 * @param chosen What somebody says goes before everything else.
 * Throws `model_unsupported` where the size stays open or two sources disagree about it, and `too_large` beyond 4096 x 4096 pixels.
 */
export function settlePreprocessing(
  files: ModelFiles,
  graph: OnnxGraph,
  image: ImageInput,
  notes: string[],
  chosen?: Preprocessing,
): SettledPreprocessing {
  const given = chosen ?? readCard(files) ?? readUltralytics(graph.metadata, fixedSize(image))
  const settled = settleSize(files, given, image, chosen === undefined ? given?.origin : 'The chosen preprocessing')
  assertSize(settled, image)
  const range = readInputRange(graph, image.input.name)
  const { origin } = settled.preprocessing
  const withPixels = (format: Partial<Preprocessing>): SettledPreprocessing => ({
    ...settled,
    preprocessing: { ...settled.preprocessing, ...format },
  })
  if (image.input.type === 'uint8') {
    if (chosen !== undefined && !arePlainBytes(chosen)) throw takesBytes()
    notes.push('The model takes bytes: pixels are given to it as they are, 0 to 255, and normalised by nothing else.')
    return withPixels(bytes)
  }
  if (given !== null) {
    const normalises = given.mean.some((value) => value !== 0) || given.std.some((value) => value !== 1)
    if (range !== null && normalises && chosen === undefined) {
      notes.push(`${origin} is followed, although the model begins with a normalisation of its own: compare both.`)
    }
    return settled
  }
  const resized = 'shorter side to size / 0.875, bicubic, centre crop'
  const pixels = readPixelFormat(graph.metadata)
  if (pixels !== null) {
    notes.push(
      `The model’s metadata says which pixel values it takes, but not how to resize; the usual is done (${resized}).`,
    )
    return withPixels({ ...pixels, origin: metadataOrigin })
  }
  if (range !== null) {
    notes.push(
      `The model normalises its input itself; values of ${range === 'bytes' ? '0 to 255' : '0 to 1'} are given to it, and images are resized as usual (${resized}).`,
    )
    return withPixels({ ...(range === 'bytes' ? bytes : unit), origin: 'model graph' })
  }
  notes.push(
    `The model says nothing about preprocessing; the usual one of ImageNet classifiers is used (${resized}, ImageNet mean and deviation).`,
  )
  return settled
}

function arePlainBytes({ rescale, mean, std }: PixelFormat): boolean {
  return rescale === 1 && mean.every((value) => value === 0) && std.every((value) => value === 1)
}

function takesBytes(): FoibleError {
  return new FoibleError(
    'model_unsupported',
    'The model takes bytes, so its pixels cannot be scaled or normalised: choose a rescale of 1, a mean of 0 and a deviation of 1.',
    { part: 'preprocessing', found: 'values other than bytes', expected: 'rescale 1, mean 0, std 1' },
  )
}

function readCard({ preprocessor, config }: ModelFiles): Preprocessing | null {
  const nested = timmNested.safeParse(config?.json).data?.pretrained_cfg
  const wrapped = timmNested.safeParse(preprocessor?.json).data?.pretrained_cfg
  const isTimm = timmWrapper.safeParse(preprocessor?.json).success
  if (preprocessor && isTimm && wrapped) return readTimmPreprocessing(wrapped, preprocessor.file)
  if (preprocessor && !(isTimm && nested)) return readTransformersPreprocessing(preprocessor.json, preprocessor.file)
  const timm = nested ?? timmFlat.safeParse(config?.json).data
  return config && timm ? readTimmPreprocessing(timm, config.file) : null
}

/**
 * The steps, and the size of the input they have to fill.
 * @param source What gives the steps, as the subject of a sentence.
 */
function settleSize(
  files: ModelFiles,
  given: Preprocessing | null,
  image: ImageInput,
  source = '',
): SettledPreprocessing {
  const made = given && preprocessedSize(given)
  const { image_size } = sizes.safeParse(files.config?.json).data ?? {}
  const [configuredHeight, configuredWidth] =
    typeof image_size === 'number' ? [image_size, image_size] : (image_size ?? [])
  const width = image.width ?? made?.width ?? configuredWidth
  const height = image.height ?? made?.height ?? configuredHeight
  if (width === undefined || height === undefined) {
    throw new FoibleError(
      'model_unsupported',
      'The model takes images of any size, and nothing says which it was made for: put a preprocessor_config.json with "crop_size" or "size" beside it.',
      { part: 'image size', found: 'dynamic', expected: 'a fixed height and width' },
    )
  }
  if (given === null) return { preprocessing: defaultPreprocessing(width, height), width, height }
  if (made === null) {
    throw new FoibleError(
      'model_unsupported',
      `The size that ${source} makes depends on the image: give it a "crop_size" of ${width} x ${height}.`,
      { part: 'image size', found: 'depends on the image', expected: `${width} x ${height}` },
    )
  }
  if (made.width !== width || made.height !== height) {
    throw new FoibleError(
      'model_unsupported',
      `${source} makes images of ${made.width} x ${made.height}, but the model takes ${width} x ${height}: mend the size there.`,
      { part: 'image size', found: `${made.width} x ${made.height}`, expected: `${width} x ${height}` },
    )
  }
  return { preprocessing: given, width, height }
}

function assertSize({ width, height }: SettledPreprocessing, { batch }: ImageInput): void {
  const isWhole = Number.isSafeInteger(width) && Number.isSafeInteger(height) && width > 0 && height > 0
  const imageBytes = 3 * width * height * Float32Array.BYTES_PER_ELEMENT
  if (isWhole && width * height <= maxPixels && (batch ?? 1) * imageBytes <= maxTensorBytes) return
  throw new FoibleError(
    'too_large',
    `The model asks for ${batch ?? 1} x 3 x ${height} x ${width} values at once; Foible feeds images of up to 4096 x 4096 pixels and batches of up to 1 GiB: export it for smaller ones.`,
    { part: 'image size', found: `${batch ?? 1} x 3 x ${height} x ${width}`, expected: 'up to 4096 x 4096 pixels' },
  )
}

function fixedSize({ width, height }: ImageInput): { readonly width: number; readonly height: number } | null {
  return width === null || height === null ? null : { width, height }
}

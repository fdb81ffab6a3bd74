// From preprocessor_config.json (Transformers) or config.json's pretrained_cfg (timm) to the steps before the tensor. Pure.
import { FoibleError } from '#core/errors.ts'
import { z } from 'zod'
import type { Preprocessing, ResampleFilter } from './model-spec.ts'

const triple = z.union([z.tuple([z.number(), z.number(), z.number()]), z.number().transform((v) => [v, v, v] as const)])
const size = z.union([
  z.number().int().positive(),
  z.tuple([z.number().int().positive(), z.number().int().positive()]),
  z.object({
    shortest_edge: z.number().int().positive().optional(),
    height: z.number().int().positive().optional(),
    width: z.number().int().positive().optional(),
  }),
])

const transformersConfig = z.object({
  image_processor_type: z.string().optional(),
  feature_extractor_type: z.string().optional(),
  do_resize: z.boolean().default(true),
  size: size.optional(),
  resample: z.number().int().optional(),
  crop_pct: z.number().positive().nullish(),
  do_center_crop: z.boolean().optional(),
  crop_size: size.optional(),
  do_rescale: z.boolean().default(true),
  rescale_factor: z.number().default(1 / 255),
  rescale_offset: z.boolean().default(false),
  do_normalize: z.boolean().default(true),
  image_mean: triple.nullish(),
  image_std: triple.nullish(),
  do_flip_channel_order: z.boolean().default(false),
})

const timmConfig = z.object({
  input_size: z.tuple([z.number(), z.number().int().positive(), z.number().int().positive()]),
  interpolation: z.string().default('bilinear'),
  crop_pct: z.number().positive().nullish(),
  crop_mode: z.string().default('center'),
  mean: triple.default([0.485, 0.456, 0.406]),
  std: triple.default([0.229, 0.224, 0.225]),
})

export const imagenetMean = [0.485, 0.456, 0.406] as const
export const imagenetStd = [0.229, 0.224, 0.225] as const

/** Pillow's numbers for its filters. */
const pillowFilters: readonly ResampleFilter[] = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming']
const timmFilters: ReadonlyMap<string, ResampleFilter> = new Map(pillowFilters.map((filter) => [filter, filter]))

/** Processors whose integer `size` means the shorter side; with the others it is the exact size. */
const shortestEdgeProcessors = /^(CLIP|ChineseCLIP|Bit|ConvNext|MobileNetV1|MobileNetV2|MobileViT|LeViT|PoolFormer)/

/**
 * The steps that a `preprocessor_config.json` of Transformers asks for.
 * Throws `model_unsupported` (details: `{file, part}`) for steps that Foible does not know.
 */
export function readTransformersPreprocessing(json: unknown, file: string): Preprocessing {
  const parsed = transformersConfig.safeParse(json)
  if (!parsed.success) throw unreadable(file, parsed.error)
  const config = parsed.data
  const processor = config.image_processor_type ?? config.feature_extractor_type ?? ''
  if (config.rescale_offset) {
    throw unsupported(
      file,
      'rescale_offset',
      `${file} asks for "rescale_offset", which Foible does not know: fold it into image_mean and image_std.`,
    )
  }
  const resample = pillowFilters[config.resample ?? (/^(ViT|Siglip)/.test(processor) ? 2 : 3)]
  if (resample === undefined) {
    throw unsupported(
      file,
      'resample',
      `${file} asks for the resampling filter ${config.resample}: Foible knows 0 to 5, as Pillow numbers them.`,
    )
  }
  const isConvNext = processor.startsWith('ConvNext')
  const steps = isConvNext ? convNextSteps(config, file) : plainSteps(config, processor, file)
  return {
    ...steps,
    resample,
    rescale: config.do_rescale ? config.rescale_factor : 1,
    mean: config.do_normalize ? (config.image_mean ?? imagenetMean) : [0, 0, 0],
    std: config.do_normalize ? (config.image_std ?? imagenetStd) : [1, 1, 1],
    channelOrder: config.do_flip_channel_order ? 'bgr' : 'rgb',
    origin: file,
  }
}

function plainSteps(
  config: z.infer<typeof transformersConfig>,
  processor: string,
  file: string,
): Pick<Preprocessing, 'resize' | 'crop'> {
  const wanted = config.size === undefined ? null : sizeOf(config.size, shortestEdgeProcessors.test(processor), file)
  const cropped = config.do_center_crop ?? config.crop_size !== undefined
  const crop = config.crop_size === undefined ? null : sizeOf(config.crop_size, false, file)
  if (cropped && crop?.kind !== 'exact') {
    throw unsupported(
      file,
      'crop_size',
      `${file} asks for a centre crop without a "crop_size" of height and width: add one.`,
    )
  }
  return {
    resize: config.do_resize ? wanted : null,
    crop: cropped && crop?.kind === 'exact' ? { width: crop.width, height: crop.height } : null,
  }
}

/** ConvNextImageProcessor: below 384 pixels the shorter side to size / crop_pct and a crop; from 384 on the exact size. */
function convNextSteps(
  config: z.infer<typeof transformersConfig>,
  file: string,
): Pick<Preprocessing, 'resize' | 'crop'> {
  const wanted = sizeOf(config.size ?? 384, true, file)
  const edge = wanted?.kind === 'shortest-edge' ? wanted.size : wanted?.height
  if (edge === undefined) throw unsupported(file, 'size', `${file} names no "size.shortest_edge": add one.`)
  if (edge >= 384) return { resize: { kind: 'exact', width: edge, height: edge }, crop: null }
  return {
    resize: { kind: 'shortest-edge', size: Math.trunc(edge / (config.crop_pct ?? 224 / 256)) },
    crop: { width: edge, height: edge },
  }
}

function sizeOf(
  value: z.infer<typeof size>,
  isShortestEdge: boolean,
  file: string,
): NonNullable<Preprocessing['resize']> {
  if (typeof value === 'number') {
    return isShortestEdge ? { kind: 'shortest-edge', size: value } : { kind: 'exact', width: value, height: value }
  }
  if (Array.isArray(value)) return { kind: 'exact', height: value[0], width: value[1] }
  if (value.shortest_edge !== undefined) return { kind: 'shortest-edge', size: value.shortest_edge }
  if (value.height !== undefined && value.width !== undefined) {
    return { kind: 'exact', height: value.height, width: value.width }
  }
  throw unsupported(file, 'size', `${file} gives a size without height and width or shortest_edge: add them.`)
}

/**
 * The steps of timm's evaluation transform for a `pretrained_cfg`: shorter side to floor(size / crop_pct), torchvision's centre crop.
 * Throws `model_unsupported` (details: `{file, part}`).
 */
export function readTimmPreprocessing(json: unknown, file: string): Preprocessing {
  const parsed = timmConfig.safeParse(json)
  if (!parsed.success) throw unreadable(file, parsed.error)
  const { input_size, interpolation, crop_pct, crop_mode, mean, std } = parsed.data
  const [, height, width] = input_size
  const resample = timmFilters.get(interpolation)
  if (resample === undefined) {
    throw unsupported(
      file,
      'interpolation',
      `${file} asks for the interpolation "${interpolation}", which Foible does not know: name one of ${pillowFilters.join(', ')}.`,
    )
  }
  if (crop_mode !== 'center' && crop_mode !== 'squash') {
    throw unsupported(
      file,
      'crop_mode',
      `${file} asks for the crop mode "${crop_mode}": Foible knows "center" and "squash".`,
    )
  }
  if (height !== width) {
    throw unsupported(
      file,
      'input_size',
      `${file} asks for ${width} x ${height} pixels: Foible follows timm for square inputs only.`,
    )
  }
  const scaled = Math.floor(height / (crop_pct ?? 0.875))
  const squash = crop_mode === 'squash'
  return {
    resize: squash ? { kind: 'exact', width: scaled, height: scaled } : { kind: 'shortest-edge', size: scaled },
    resample,
    crop: { width, height, rounding: 'half-even' },
    rescale: 1 / 255,
    mean,
    std,
    channelOrder: 'rgb',
    origin: `${file} (pretrained_cfg)`,
  }
}

/** What most ImageNet classifiers were evaluated with, for a model that says nothing: shorter side to size / 0.875, centre crop. */
export function defaultPreprocessing(width: number, height: number): Preprocessing {
  return {
    resize: { kind: 'shortest-edge', size: Math.floor(Math.max(width, height) / 0.875) },
    resample: 'bicubic',
    crop: { width, height },
    rescale: 1 / 255,
    mean: imagenetMean,
    std: imagenetStd,
    channelOrder: 'rgb',
    origin: 'default',
  }
}

/** Pixels that come out of the steps; null where they depend on the image. */
export function preprocessedSize({ resize, crop }: Preprocessing): { width: number; height: number } | null {
  if (crop !== null) return { width: crop.width, height: crop.height }
  return resize?.kind === 'exact' ? { width: resize.width, height: resize.height } : null
}

function unsupported(file: string, part: string, message: string): FoibleError {
  return new FoibleError('model_unsupported', message, { file, part })
}

function unreadable(file: string, error: z.ZodError): FoibleError {
  const issue = error.issues[0]
  const part = issue?.path.join('.') ?? ''
  return unsupported(
    file,
    part,
    `Foible cannot follow ${file}: "${part}" is not what it should be (${issue?.message ?? 'unknown'}). Mend it there.`,
  )
}

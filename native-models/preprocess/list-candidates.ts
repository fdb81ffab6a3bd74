// Ways in which a model may have been meant to be fed, one factor away from a given one: what its card could be mistaken about. Pure.
import type { ModelSpec, Preprocessing, ResampleFilter } from '../model-spec.ts'
import { imagenetMean, imagenetStd } from '../read-preprocessing.ts'

/** What differs between candidates, in the order in which a wrong guess does harm. */
export const factors = ['layout', 'values', 'channels', 'geometry', 'filter'] as const
export type Factor = (typeof factors)[number]

/** How a tensor comes out of an image. */
export interface Feeding {
  readonly preprocessing: Preprocessing
  readonly layout: ModelSpec['layout']
}

type InputOf = Pick<ModelSpec, 'input' | 'width' | 'height'>
type Values = Pick<Preprocessing, 'rescale' | 'mean' | 'std'>

const clipMean = [0.48145466, 0.4578275, 0.40821073] as const
const clipStd = [0.26862954, 0.26130258, 0.27577711] as const
const half = [0.5, 0.5, 0.5] as const
const zero = [0, 0, 0] as const
const one = [1, 1, 1] as const
/** Caffe's mean of ImageNet, in RGB. */
const caffeMean = [123.68, 116.779, 103.939] as const

/** In RGB: torchvision's and timm's; TensorFlow's; none; CLIP's; and those of 0 to 255, with Caffe's mean or none. */
const usualValues: readonly Values[] = [
  { rescale: 1 / 255, mean: imagenetMean, std: imagenetStd },
  { rescale: 1 / 255, mean: half, std: half },
  { rescale: 1 / 255, mean: zero, std: one },
  { rescale: 1 / 255, mean: clipMean, std: clipStd },
  { rescale: 1, mean: zero, std: one },
  { rescale: 1, mean: caffeMean, std: one },
]
const usualFilters: readonly ResampleFilter[] = ['bilinear', 'bicubic', 'nearest']
/** Of the side that the crop leaves; torchvision's second weights resize 224 to 232. */
const usualRatios: readonly number[] = [0.875, 0.9, 0.95, 224 / 232, 1]

/** Plausible feedings that differ from `base` in one factor only, without those that come to the same values. */
export function listCandidates(base: Feeding, factor: Factor, model: InputOf): Feeding[] {
  const { preprocessing: steps } = base
  const vary = (change: Partial<Preprocessing>): Feeding => ({ ...base, preprocessing: { ...steps, ...change } })
  const isOther = (other: Feeding) => !isSameFeeding(base, other)
  return candidatesOf().filter(isOther)

  function candidatesOf(): Feeding[] {
    switch (factor) {
      case 'layout':
        return isLayoutOpen(model) ? [{ ...base, layout: base.layout === 'nchw' ? 'nhwc' : 'nchw' }] : []
      case 'values':
        // Bytes are bytes: a graph that takes them normalises inside of itself.
        if (model.input.type === 'uint8') return []
        return usualValues.map(({ rescale, mean, std }) =>
          steps.channelOrder === 'rgb' ? vary({ rescale, mean, std }) : vary(inBgr({ rescale, mean, std })),
        )
      case 'channels':
        // Every colour keeps its own mean and deviation.
        return [vary({ ...inBgr(steps), channelOrder: steps.channelOrder === 'rgb' ? 'bgr' : 'rgb' })]
      case 'geometry':
        return listGeometries(model, steps.crop?.rounding).map(vary)
      case 'filter':
        return usualFilters.map((resample) => vary({ resample }))
    }
  }
}

/** A feeding that is as `source` in one factor. */
export function withFactorOf(feeding: Feeding, factor: Factor, source: Feeding): Feeding {
  const { preprocessing: steps } = feeding
  const other = source.preprocessing
  const isTurned = steps.channelOrder !== other.channelOrder
  const change = (part: Partial<Preprocessing>): Feeding => ({ ...feeding, preprocessing: { ...steps, ...part } })
  switch (factor) {
    case 'layout':
      return { ...feeding, layout: source.layout }
    case 'values':
      return change(isTurned ? inBgr(other) : valuesOf(other))
    case 'channels':
      return isTurned ? change({ ...inBgr(steps), channelOrder: other.channelOrder }) : feeding
    case 'geometry':
      return change({ resize: other.resize, crop: other.crop })
    case 'filter':
      return change({ resample: other.resample })
  }
}

function valuesOf({ rescale, mean, std }: Values): Values {
  return { rescale, mean, std }
}

function listGeometries(
  { width, height }: InputOf,
  rounding: 'floor' | 'half-even' | undefined,
): Pick<Preprocessing, 'resize' | 'crop'>[] {
  const crop = { width, height, ...(rounding === undefined ? {} : { rounding }) }
  const side = Math.max(width, height)
  return [
    ...usualRatios.map((ratio) => ({
      resize: { kind: 'shortest-edge', size: Math.floor(side / ratio + 1e-9) } as const,
      crop,
    })),
    { resize: { kind: 'exact', width, height }, crop: null },
  ]
}

function inBgr({ rescale, mean, std }: Values): Values {
  return { rescale, mean: [mean[2], mean[1], mean[0]], std: [std[2], std[1], std[0]] }
}

/** Whether the graph says where its channels are. */
function isLayoutOpen({ input: { shape } }: InputOf): boolean {
  const [, second, , fourth] = shape
  return second === fourth && (second === 3 || second === null)
}

/** The factors in which two feedings differ, values by more than two levels of brightness. */
export function differingFactors(a: Feeding, b: Feeding): Factor[] {
  const [p, q] = [a.preprocessing, b.preprocessing]
  const same: Readonly<Record<Factor, boolean>> = {
    layout: a.layout === b.layout,
    channels: p.channelOrder === q.channelOrder,
    values: areSameValues(p, q),
    geometry: geometryKey(p) === geometryKey(q),
    filter: p.resample === q.resample,
  }
  return factors.filter((factor) => !same[factor])
}

export function isSameFeeding(a: Feeding, b: Feeding): boolean {
  return differingFactors(a, b).length === 0
}

/** Whether they differ by nothing but how much is cut off, and the filter. */
export function isOtherCut(a: Feeding, b: Feeding): boolean {
  const isOfCut = differingFactors(a, b).every((factor) => factor === 'geometry' || factor === 'filter')
  return isOfCut && a.preprocessing.resize?.kind === b.preprocessing.resize?.kind
}

/** Whether every colour from 0 to 255 becomes the same value, to within two of its 256 levels. */
function areSameValues(p: Preprocessing, q: Preprocessing): boolean {
  return [0, 1, 2].every((colour) => {
    const [a, b] = [colourValues(p, colour), colourValues(q, colour)]
    const nearby = (2 * Math.abs(a[1] - a[0])) / 255
    return Math.abs(a[0] - b[0]) <= nearby && Math.abs(a[1] - b[1]) <= nearby
  })
}

/** What black and full of a colour (0 = red) become. */
function colourValues({ rescale, mean, std, channelOrder }: Preprocessing, colour: number): readonly [number, number] {
  const channel = channelOrder === 'rgb' ? colour : 2 - colour
  const value = (level: number) => (level * rescale - (mean[channel] ?? 0)) / (std[channel] ?? 1)
  return [value(0), value(255)]
}

/** Resizing to the very size of the crop leaves nothing to crop. */
function geometryKey({ resize, crop }: Preprocessing): string {
  const isWhole = resize?.kind === 'exact' && resize.width === crop?.width && resize.height === crop.height
  return JSON.stringify([resize, isWhole || crop === null ? null : [crop.width, crop.height, crop.rounding]])
}

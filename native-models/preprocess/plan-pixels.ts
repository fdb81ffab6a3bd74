// The geometry of resize and crop: which part of which resized image fills the model's input. Pure.
import type { Preprocessing, ResampleFilter } from '../model-spec.ts'

export interface PixelPlan {
  /** Size of the whole image after the resize. */
  readonly resizedWidth: number
  readonly resizedHeight: number
  /** The crop's corner in the resized image; negative where the crop is larger, and black fills the rest. */
  readonly left: number
  readonly top: number
  /** Size of the result. */
  readonly width: number
  readonly height: number
  readonly filter: ResampleFilter
}

/** @param width, height Of the upright source image, in pixels. */
export function planPixels(width: number, height: number, preprocessing: Preprocessing): PixelPlan {
  const { resize, crop, resample } = preprocessing
  const resized = resizedSize(width, height, resize)
  const target = crop ?? resized
  const rounding = crop?.rounding ?? 'floor'
  return {
    resizedWidth: resized.width,
    resizedHeight: resized.height,
    left: margin(resized.width, target.width, rounding),
    top: margin(resized.height, target.height, rounding),
    width: target.width,
    height: target.height,
    filter: resample,
  }
}

/** The longer side is cut off to whole pixels, never rounded (Transformers, torchvision); a side is at least 1 pixel. */
function resizedSize(
  width: number,
  height: number,
  resize: Preprocessing['resize'],
): { width: number; height: number } {
  if (resize === null) return { width, height }
  if (resize.kind === 'exact') return { width: resize.width, height: resize.height }
  const { size } = resize
  if (width <= height) return { width: size, height: Math.max(1, Math.trunc((size * height) / width)) }
  return { width: Math.max(1, Math.trunc((size * width) / height)), height: size }
}

/** Half of what is left over: Transformers' `//`, or Python's round() as in torchvision, whose padding is halved down instead. */
function margin(have: number, want: number, rounding: 'floor' | 'half-even'): number {
  const half = (have - want) / 2
  if (rounding === 'floor') return Math.floor(half)
  if (half < 0) return Math.ceil(half) + 0 // Never -0.
  const low = Math.floor(half)
  return half - low === 0.5 ? low + (low % 2) : Math.round(half)
}

// Where in a source image the pixels lie that a model gets to see. Pure.
import type { Preprocessing } from '../model-spec.ts'
import { sizeWithoutBorder } from './crop-border.ts'
import { planPixels } from './plan-pixels.ts'

/** As shares of the image's width and height without its border; negative or above 1 where black is put around it. */
export interface CropBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * @param width, height Of the upright source image with its border, in pixels.
 * Throws `broken_file` for an image that is nothing but border.
 */
export function locateCrop(width: number, height: number, preprocessing: Preprocessing): CropBox {
  const inner = sizeWithoutBorder({ width, height }, preprocessing.cropBorderPx ?? 0)
  const plan = planPixels(inner.width, inner.height, preprocessing)
  return {
    x: plan.left / plan.resizedWidth,
    y: plan.top / plan.resizedHeight,
    width: plan.width / plan.resizedWidth,
    height: plan.height / plan.resizedHeight,
  }
}

// From a decoded image to the model's input tensor: resize and crop, then scale and normalise, as the model's card says.
import type { ModelSpec, Preprocessing } from '../model-spec.ts'
import { cropBorder } from './crop-border.ts'
import type { DecodedImage } from './decode-image.ts'
import { planPixels } from './plan-pixels.ts'
import { createResampler } from './resampler.ts'

export interface Preprocessor {
  /**
   * Resized and cropped 8-bit RGB, row by row: what `pixels_sha256` of a reference is about. The view holds until the next call.
   * Throws `broken_file` for an image that is nothing but border.
   */
  readonly pixels: (image: DecodedImage) => Uint8Array
  /** Writes one image's values into `tensor` from `offset` on: 3 x height x width or height x width x 3 of them. */
  readonly fill: (image: DecodedImage, tensor: Float32Array, offset: number) => void
}

/** A preprocessor of one thread: its memory is reused from call to call. */
export function createPreprocessor(preprocessing: Preprocessing, layout: ModelSpec['layout']): Preprocessor {
  const resample = createResampler()
  const table = normalisationTable(preprocessing)

  function pixels(image: DecodedImage): Uint8Array {
    const inner = cropBorder(image, preprocessing.cropBorderPx ?? 0)
    return resample(inner, planPixels(inner.width, inner.height, preprocessing))
  }

  function fill(image: DecodedImage, tensor: Float32Array, offset: number): void {
    const rgb = pixels(image)
    const count = rgb.length / 3
    const step = layout === 'nchw' ? 1 : 3
    const plane = layout === 'nchw' ? count : 1
    const isBgr = preprocessing.channelOrder === 'bgr'
    const red = offset + (isBgr ? 2 * plane : 0)
    const green = offset + plane
    const blue = offset + (isBgr ? 0 : 2 * plane)
    for (let i = 0, from = 0, to = 0; i < count; i++, from += 3, to += step) {
      tensor[red + to] = table[rgb[from] ?? 0] ?? 0
      tensor[green + to] = table[256 + (rgb[from + 1] ?? 0)] ?? 0
      tensor[blue + to] = table[512 + (rgb[from + 2] ?? 0)] ?? 0
    }
  }

  return { pixels, fill }
}

/** (value * rescale - mean) / std for each of the 256 values of red, green and blue. */
function normalisationTable({ rescale, mean, std, channelOrder }: Preprocessing): Float32Array {
  // Means belong to the tensor's channels in their order, so with BGR the first one is blue's.
  const order = channelOrder === 'rgb' ? [0, 1, 2] : [2, 1, 0]
  return Float32Array.from({ length: 768 }, (_, i) => {
    const channel = order[i >> 8] ?? 0
    return ((i & 255) * rescale - (mean[channel] ?? 0)) / (std[channel] ?? 1)
  })
}

// Pillow's two 8-bit passes over the whole image in plain loops: what the WebAssembly must equal.
import type { DecodedImage } from '#models/preprocess/decode-image.ts'
import type { PixelPlan } from '#models/preprocess/plan-pixels.ts'
import { precisionBits, resampleWeights, type KernelFilter } from '#models/preprocess/resample-weights.ts'

interface Rgb {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** RGB of the plan's crop; black where it reaches out of the resized image. */
export function resamplePlain(image: DecodedImage, plan: PixelPlan, filter: KernelFilter): Uint8Array {
  const { resizedWidth, resizedHeight } = plan
  const lostRows = image.height - resizedHeight
  const isVerticalFirst = lostRows > 0 && lostRows > (image.width - resizedWidth) * 2
  const upright = withoutAlpha(image)
  const resized = isVerticalFirst
    ? acrossPass(downPass(upright, resizedHeight, filter), resizedWidth, filter)
    : downPass(acrossPass(upright, resizedWidth, filter), resizedHeight, filter)
  return crop(resized, plan)
}

function withoutAlpha({ width, height, data, pixelBytes }: DecodedImage): Rgb {
  return { width, height, data: data.filter((_, i) => i % pixelBytes < 3) }
}

function acrossPass({ width, height, data }: Rgb, resized: number, filter: KernelFilter): Rgb {
  const sumAt = weightedSums(width, resized, filter)
  const pixels = Uint8Array.from({ length: resized * height * 3 }, (_, i) => {
    const [x, y, c] = [Math.trunc(i / 3) % resized, Math.trunc(i / 3 / resized), i % 3]
    return sumAt(x, (t) => data[(y * width + t) * 3 + c] ?? 0)
  })
  return { width: resized, height, data: pixels }
}

function downPass({ width, height, data }: Rgb, resized: number, filter: KernelFilter): Rgb {
  const sumAt = weightedSums(height, resized, filter)
  const pixels = Uint8Array.from({ length: width * resized * 3 }, (_, i) => {
    const [column, y] = [i % (width * 3), Math.trunc(i / (width * 3))]
    return sumAt(y, (t) => data[t * width * 3 + column] ?? 0)
  })
  return { width, height: resized, data: pixels }
}

function weightedSums(inSize: number, outSize: number, filter: KernelFilter) {
  const { starts, counts, weights, taps } = resampleWeights(inSize, outSize, 0, outSize, filter)
  return (position: number, valueAt: (source: number) => number): number => {
    let sum = 2 ** (precisionBits - 1)
    for (let t = 0; t < (counts[position] ?? 0); t++) {
      sum += (weights[position * taps + t] ?? 0) * valueAt((starts[position] ?? 0) + t)
    }
    return Math.min(255, Math.max(0, sum >> precisionBits))
  }
}

function crop({ width, height, data }: Rgb, plan: PixelPlan): Uint8Array {
  return Uint8Array.from({ length: plan.width * plan.height * 3 }, (_, i) => {
    const x = (Math.trunc(i / 3) % plan.width) + plan.left
    const y = Math.trunc(i / 3 / plan.width) + plan.top
    return x < 0 || y < 0 || x >= width || y >= height ? 0 : (data[(y * width + x) * 3 + (i % 3)] ?? 0)
  })
}

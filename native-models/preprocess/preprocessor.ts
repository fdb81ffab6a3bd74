// From a decoded image to the model's input tensor: Pillow-exact resize and crop in WebAssembly, then scale and normalise.
import type { ModelSpec, Preprocessing } from '../model-spec.ts'
import type { DecodedImage } from './decode-image.ts'
import { planPixels, type PixelPlan } from './plan-pixels.ts'
import { instantiateResampleModule, pageBytes } from './resample-module.ts'
import { resampleNearest } from './resample-nearest.ts'
import { resampleWeights, type KernelFilter, type ResampleWeights } from './resample-weights.ts'

export interface Preprocessor {
  /** Resized and cropped 8-bit RGB, row by row: what `pixels_sha256` of a reference is about. The view holds until the next call. */
  readonly pixels: (image: DecodedImage) => Uint8Array
  /** Writes one image's values into `tensor` from `offset` on: 3 x height x width or height x width x 3 of them. */
  readonly fill: (image: DecodedImage, tensor: Float32Array, offset: number) => void
}

/** The part of the crop that lies inside of the resized image. */
interface Area {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

const tableBytes = 3 * 256 * 4
/** Datasets have few image sizes; beyond this many the weights are computed anew. */
const maxCachedWeights = 64

/** A preprocessor of one thread: its memory is reused from call to call. */
export function createPreprocessor(preprocessing: Preprocessing, layout: ModelSpec['layout']): Preprocessor {
  const wasm = instantiateResampleModule()
  const table = normalisationTable(preprocessing)
  const cache = new Map<string, ResampleWeights>()

  function weightsFor(
    inSize: number,
    outSize: number,
    from: number,
    to: number,
    filter: KernelFilter,
  ): ResampleWeights {
    const key = `${inSize} ${outSize} ${from} ${to}`
    const cached = cache.get(key)
    if (cached) return cached
    if (cache.size >= maxCachedWeights) cache.clear()
    const weights = resampleWeights(inSize, outSize, from, to, filter)
    cache.set(key, weights)
    return weights
  }

  /** Makes the memory large enough; earlier views are void afterwards. */
  function reserve(bytes: number): Uint8Array {
    const missing = bytes - wasm.memory.buffer.byteLength
    if (missing > 0) wasm.memory.grow(Math.ceil(missing / pageBytes))
    return new Uint8Array(wasm.memory.buffer)
  }

  function store(address: number, { starts, counts, weights }: ResampleWeights): readonly [number, number, number] {
    const words = new Int32Array(wasm.memory.buffer)
    words.set(starts, address / 4)
    words.set(counts, address / 4 + starts.length)
    words.set(weights, address / 4 + starts.length * 2)
    return [address, address + starts.length * 4, address + starts.length * 8]
  }

  /** Address of the finished RGB rows in the memory. */
  function resample(image: DecodedImage, plan: PixelPlan): number {
    const area = insideOf(plan)
    const target = align(tableBytes)
    const targetStride = plan.width * 3
    const start = target + (area.top - plan.top) * targetStride + (area.left - plan.left) * 3
    const scratch = align(target + plan.height * targetStride + 16)
    const isPadded = area.width !== plan.width || area.height !== plan.height
    const { filter } = plan
    if (filter === 'nearest') {
      const memory = reserve(scratch)
      if (isPadded) memory.fill(0, target, scratch)
      resampleNearest(image, plan, area, memory.subarray(start), targetStride)
      return target
    }

    const across = weightsFor(image.width, plan.resizedWidth, area.left, area.left + area.width, filter)
    const down = weightsFor(image.height, plan.resizedHeight, area.top, area.top + area.height, filter)
    const firstRow = down.starts[0] ?? 0
    const rows = (down.starts[area.height - 1] ?? 0) + (down.counts[area.height - 1] ?? 0) - firstRow
    const middleStride = align(area.width * 3 + 1)
    const downAddress = align(scratch + sizeBytes(across))
    const middle = align(downAddress + sizeBytes(down))
    const source = align(middle + rows * middleStride)
    // A padded crop gets its columns by way of rows of their own, so that 16 bytes at a time spill into no neighbour.
    const sourceStride = image.width * image.pixelBytes
    const sourceBytes = rows * sourceStride
    const memory = reserve(source + Math.max(sourceBytes, area.height * middleStride) + 16)
    if (isPadded) memory.fill(0, target, scratch)
    memory.set(image.data.subarray(firstRow * sourceStride, firstRow * sourceStride + sourceBytes), source)

    wasm.resampleRows(
      source,
      sourceStride,
      image.pixelBytes,
      middle,
      middleStride,
      rows,
      area.width,
      ...store(scratch, across),
      across.taps,
    )
    const rowBytes = area.width * 3
    const output = isPadded ? source : target
    const outputStride = isPadded ? middleStride : targetStride
    wasm.resampleColumns(
      middle - firstRow * middleStride,
      middleStride,
      output,
      outputStride,
      area.height,
      align(rowBytes),
      ...store(downAddress, down),
      down.taps,
    )
    for (let y = 0; isPadded && y < area.height; y++) {
      const from = source + y * middleStride
      memory.copyWithin(start + y * targetStride, from, from + rowBytes)
    }
    return target
  }

  function pixels(image: DecodedImage): Uint8Array {
    const plan = planPixels(image.width, image.height, preprocessing)
    const address = resample(image, plan)
    return new Uint8Array(wasm.memory.buffer, address, plan.width * plan.height * 3)
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

function insideOf(plan: PixelPlan): Area {
  const left = Math.max(0, plan.left)
  const top = Math.max(0, plan.top)
  return {
    left,
    top,
    width: Math.min(plan.resizedWidth, plan.left + plan.width) - left,
    height: Math.min(plan.resizedHeight, plan.top + plan.height) - top,
  }
}

function sizeBytes({ starts, counts, weights }: ResampleWeights): number {
  return (starts.length + counts.length + weights.length) * 4
}

/** Up to a multiple of 16. */
function align(bytes: number): number {
  return (bytes + 15) & ~15
}

// Pillow's resize and crop in WebAssembly: who owns the module's memory and says what lies where in it. Knows nothing of models.
import type { DecodedImage } from './decode-image.ts'
import type { PixelPlan } from './plan-pixels.ts'
import { instantiateResampleModule, pageBytes } from './resample-module.ts'
import { resampleNearest } from './resample-nearest.ts'
import { resampleWeights, type KernelFilter, type ResampleWeights } from './resample-weights.ts'

/** RGB of the plan's crop, row by row, black where it reaches out of the resized image. The view holds until the next call. */
export type Resampler = (image: DecodedImage, plan: PixelPlan) => Uint8Array

/** The part of the crop that lies inside of the resized image, in its pixels. */
interface Area {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Datasets have few image sizes; beyond this many the weights are computed anew. */
const maxCachedWeights = 64
/** What a pass may read or write behind the last byte that counts. */
const spillBytes = 16

/** A resampler of one thread: its memory is reused from call to call and holds what the largest image needed. */
export function createResampler(): Resampler {
  const wasm = instantiateResampleModule()
  const weightsFor = cachedWeights()

  /** Makes the memory large enough; earlier views are void afterwards. */
  function reserve(bytes: number): Uint8Array {
    const missing = bytes - wasm.memory.buffer.byteLength
    if (missing > 0) wasm.memory.grow(Math.ceil(missing / pageBytes))
    return new Uint8Array(wasm.memory.buffer)
  }

  /** Writes weights at an address; returns the last four parameters of a pass. */
  function store(
    address: number,
    { starts, counts, weights, taps }: ResampleWeights,
  ): [number, number, number, number] {
    const words = new Int32Array(wasm.memory.buffer)
    words.set(starts, address / 4)
    words.set(counts, address / 4 + starts.length)
    words.set(weights, address / 4 + starts.length * 2)
    return [address, address + starts.length * 4, address + starts.length * 8, taps]
  }

  /** Both passes over the source pixels that the area needs; rows of it to `target`, or to the address that is returned where they would spill. */
  function resampleArea(
    image: DecodedImage,
    plan: PixelPlan,
    area: Area,
    filter: KernelFilter,
    target: number,
    end: number,
  ): number {
    const { pixelBytes } = image
    const across = weightsFor(image.width, plan.resizedWidth, area.left, area.width, filter)
    const down = weightsFor(image.height, plan.resizedHeight, area.top, area.height, filter)
    const columns = sourceRange(across)
    const rows = sourceRange(down)
    const isVerticalFirst = runsVerticalFirst(image, plan)
    const middleStride = align((isVerticalFirst ? columns.count * pixelBytes : area.width * 3) + 1)
    const middleRows = isVerticalFirst ? area.height : rows.count
    const sourceStride = image.width * pixelBytes
    const sourceBytes = rows.count * sourceStride
    const outputStride = area.width * 3

    const acrossAt = align(end)
    const downAt = align(acrossAt + sizeBytes(across))
    const middle = align(downAt + sizeBytes(down))
    const source = align(middle + middleRows * middleStride + spillBytes)
    const memory = reserve(source + Math.max(sourceBytes, area.height * outputStride) + spillBytes)
    memory.set(image.data.subarray(rows.first * sourceStride, rows.first * sourceStride + sourceBytes), source)
    const acrossWeights = store(acrossAt, across)
    const downWeights = store(downAt, down)
    // The source is not needed any more when the second pass writes.
    const output = area.width === plan.width && area.height === plan.height ? target : source

    // Addresses are those of position 0, which may lie before what was copied: weights never reach there.
    if (isVerticalFirst) {
      const left = columns.first * pixelBytes
      const top = source - rows.first * sourceStride
      wasm.resampleColumns(
        top + left,
        sourceStride,
        middle,
        middleStride,
        area.height,
        align(columns.count * pixelBytes),
        ...downWeights,
      )
      wasm.resampleRows(
        middle - left,
        middleStride,
        pixelBytes,
        output,
        outputStride,
        area.height,
        area.width,
        ...acrossWeights,
      )
    } else {
      const top = middle - rows.first * middleStride
      wasm.resampleRows(
        source,
        sourceStride,
        pixelBytes,
        middle,
        middleStride,
        rows.count,
        area.width,
        ...acrossWeights,
      )
      wasm.resampleColumns(top, middleStride, output, outputStride, area.height, align(area.width * 3), ...downWeights)
    }
    return output
  }

  return (image, plan) => {
    const area = insideOf(plan)
    const target = 0
    const bytes = plan.width * plan.height * 3
    const stride = plan.width * 3
    const start = target + (area.top - plan.top) * stride + (area.left - plan.left) * 3
    if (plan.filter === 'nearest') {
      const memory = reserve(bytes)
      memory.fill(0, target, bytes)
      resampleNearest(image, plan, area, memory.subarray(start), stride)
      return memory.subarray(target, bytes)
    }
    const output = resampleArea(image, plan, area, plan.filter, target, bytes + spillBytes)
    const memory = new Uint8Array(wasm.memory.buffer)
    if (output !== target) {
      memory.fill(0, target, bytes)
      for (let y = 0; y < area.height; y++) {
        const from = output + y * area.width * 3
        memory.copyWithin(start + y * stride, from, from + area.width * 3)
      }
    }
    return memory.subarray(target, bytes)
  }
}

/**
 * Pillow from version 13 on runs the vertical pass first where the height shrinks by more than twice what the width does
 * (ImagingResampleInner of Resample.c); versions before it never do. The order shows in the last bit.
 */
function runsVerticalFirst(image: DecodedImage, plan: PixelPlan): boolean {
  const lostRows = image.height - plan.resizedHeight
  return lostRows > 0 && lostRows > (image.width - plan.resizedWidth) * 2
}

function cachedWeights(): (
  inSize: number,
  outSize: number,
  from: number,
  count: number,
  filter: KernelFilter,
) => ResampleWeights {
  const cache = new Map<string, ResampleWeights>()
  return (inSize, outSize, from, count, filter) => {
    const key = `${inSize} ${outSize} ${from} ${count} ${filter}`
    const cached = cache.get(key)
    if (cached) return cached
    if (cache.size >= maxCachedWeights) cache.clear()
    const weights = resampleWeights(inSize, outSize, from, from + count, filter)
    cache.set(key, weights)
    return weights
  }
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

/** The source positions that any weight touches. Zero weights are left out, so the first output need not have the first source. */
function sourceRange({ starts, counts }: ResampleWeights): { first: number; count: number } {
  let first = Infinity
  let end = 0
  for (const [i, start] of starts.entries()) {
    first = Math.min(first, start)
    end = Math.max(end, start + (counts[i] ?? 0))
  }
  return { first, count: end - first }
}

function sizeBytes({ starts, counts, weights }: ResampleWeights): number {
  return (starts.length + counts.length + weights.length) * 4
}

/** Up to a multiple of 16. */
function align(bytes: number): number {
  return (bytes + 15) & ~15
}

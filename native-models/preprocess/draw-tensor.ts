// An input tensor back to a picture, through what is believed of its normalisation: what the model was really given. Pure.
import type { ModelSpec, Preprocessing } from '../model-spec.ts'

/** What of the steps says how values stand for colours. */
export type PixelFormat = Pick<Preprocessing, 'rescale' | 'mean' | 'std' | 'channelOrder'>

export interface TensorShape {
  readonly layout: ModelSpec['layout']
  readonly width: number
  readonly height: number
}

/** Of the values as they are fed, one channel of the tensor. NaN where none is a number. */
export interface ChannelRange {
  readonly min: number
  readonly mean: number
  readonly max: number
}

export interface DrawnTensor {
  /** RGBA, row by row, opaque; values out of range are drawn as black or full. */
  readonly pixels: Uint8Array
  /** RGBA of the same size: transparent but for pixels with a value out of range, which are in false colours. */
  readonly marks: Uint8Array
  /** In the tensor's order. */
  readonly channels: readonly [ChannelRange, ChannelRange, ChannelRange]
  /** Share of values that stand for no brightness from 0 to 255. */
  readonly outsideShare: number
}

/** Half a level, which rounding to float16 or to bytes may cost. */
const tolerance = 0.5
/** Okabe and Ito's blue and orange: below black and above white; and their purple for what is no number. */
const belowColour = [0, 114, 178, 255] as const
const aboveColour = [230, 159, 0, 255] as const
const noNumberColour = [204, 121, 167, 255] as const

/**
 * @param values One image of the tensor, 3 x height x width or height x width x 3 of them.
 * @param seenThrough What the network is believed to expect: its normalisation is undone, and its channel order read.
 */
export function drawTensor(values: Float32Array, shape: TensorShape, seenThrough: PixelFormat): DrawnTensor {
  const count = shape.width * shape.height
  const step = shape.layout === 'nchw' ? 1 : 3
  const plane = shape.layout === 'nchw' ? count : 1
  const pixels = new Uint8Array(count * 4).fill(255)
  const marks = new Uint8Array(count * 4)
  let outside = 0
  const channels = [0, 1, 2].map((channel) => {
    const colour = seenThrough.channelOrder === 'rgb' ? channel : 2 - channel
    const scale = (seenThrough.std[channel] ?? 1) / seenThrough.rescale
    const shift = (seenThrough.mean[channel] ?? 0) / seenThrough.rescale
    const range = { min: Infinity, max: -Infinity, sum: 0 }
    for (let i = 0; i < count; i++) {
      const value = values[channel * plane + i * step] ?? Number.NaN
      range.sum += value
      if (value < range.min) range.min = value
      if (value > range.max) range.max = value
      const level = value * scale + shift
      pixels[i * 4 + colour] = Math.min(255, Math.max(0, Math.round(level)))
      if (level >= -tolerance && level <= 255 + tolerance) continue
      outside++
      marks.set(level < 0 ? belowColour : level > 255 ? aboveColour : noNumberColour, i * 4)
    }
    return finish(range, count)
  })
  return { pixels, marks, channels: [channels[0]!, channels[1]!, channels[2]!], outsideShare: outside / (count * 3) }
}

function finish({ min, max, sum }: { min: number; max: number; sum: number }, count: number): ChannelRange {
  return min > max ? { min: Number.NaN, mean: Number.NaN, max: Number.NaN } : { min, mean: sum / count, max }
}

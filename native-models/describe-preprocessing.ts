// A model's preprocessing as one line for people: what is shown beside every figure.
import type { Preprocessing } from './model-spec.ts'

/** "shorter side 256 bicubic, centre 224 x 224, (x * 0.00392 - [0.498 ...]) / [0.502 ...], RGB" */
export function describePreprocessing(steps: Preprocessing): string {
  const parts: string[] = []
  if (steps.cropBorderPx) parts.push(`without its ${steps.cropBorderPx}-pixel border`)
  const size = describeSize(steps, ` ${steps.resample}`)
  if (size !== '') parts.push(size)
  parts.push(describeValues(steps), steps.channelOrder.toUpperCase())
  return parts.join(', ')
}

/**
 * "shorter side 256, centre 224 x 224"; empty where an image keeps its size.
 * @param how What stands behind the size of the resize.
 */
export function describeSize({ resize, crop }: Pick<Preprocessing, 'resize' | 'crop'>, how = ''): string {
  const parts: string[] = []
  if (resize?.kind === 'shortest-edge') parts.push(`shorter side ${resize.size}${how}`)
  if (resize?.kind === 'exact') parts.push(`${resize.width} x ${resize.height}${how}`)
  if (crop !== null) parts.push(`centre ${crop.width} x ${crop.height}`)
  return parts.join(', ')
}

/** "(x / 255 - 0.5) / 0.5" */
export function describeValues({ rescale, mean, std }: Pick<Preprocessing, 'rescale' | 'mean' | 'std'>): string {
  const scaled = rescale === 1 ? 'x' : isUnitRange(rescale) ? 'x / 255' : `x * ${short(rescale)}`
  return `(${scaled} - ${triple(mean)}) / ${triple(std)}`
}

function isUnitRange(rescale: number): boolean {
  return Math.abs(rescale * 255 - 1) < 1e-6
}

function triple(values: readonly [number, number, number]): string {
  const [r, g, b] = values
  return r === g && g === b ? short(r) : `[${values.map(short).join(' ')}]`
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}

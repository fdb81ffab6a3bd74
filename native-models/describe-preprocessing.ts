// A model's preprocessing as one line for people: what is shown beside every figure.
import type { Preprocessing } from './model-spec.ts'

/** "shorter side 256 bicubic, centre 224 x 224, (x * 0.00392 - [0.498 ...]) / [0.502 ...], RGB" */
export function describePreprocessing(steps: Preprocessing): string {
  const parts: string[] = []
  if (steps.cropBorderPx) parts.push(`without its ${steps.cropBorderPx}-pixel border`)
  if (steps.resize?.kind === 'shortest-edge') parts.push(`shorter side ${steps.resize.size} ${steps.resample}`)
  if (steps.resize?.kind === 'exact') parts.push(`${steps.resize.width} x ${steps.resize.height} ${steps.resample}`)
  if (steps.crop !== null) parts.push(`centre ${steps.crop.width} x ${steps.crop.height}`)
  const scaled = steps.rescale === 1 ? 'x' : isUnitRange(steps.rescale) ? 'x / 255' : `x * ${short(steps.rescale)}`
  parts.push(`(${scaled} - ${triple(steps.mean)}) / ${triple(steps.std)}`, steps.channelOrder.toUpperCase())
  return parts.join(', ')
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

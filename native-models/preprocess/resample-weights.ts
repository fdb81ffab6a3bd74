// Pillow's resampling kernels as 22-bit fixed-point weights (precompute_coeffs and normalize_coeffs_8bpc of Resample.c).
import type { ResampleFilter } from '../model-spec.ts'

export type KernelFilter = Exclude<ResampleFilter, 'nearest'>

/** For output positions `from` to `to`: the first source position, how many follow, and their weights (`taps` places each). */
export interface ResampleWeights {
  readonly starts: Int32Array
  readonly counts: Int32Array
  readonly weights: Int32Array
  readonly taps: number
}

export const precisionBits = 22

const kernels: Readonly<Record<KernelFilter, { readonly support: number; readonly at: (x: number) => number }>> = {
  box: { support: 0.5, at: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: { support: 1, at: hamming },
  bicubic: { support: 2, at: bicubic },
  lanczos: { support: 3, at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
}

function hamming(x: number): number {
  if (x === 0) return 1
  if (Math.abs(x) >= 1) return 0
  const angle = Math.abs(x) * Math.PI
  return (Math.sin(angle) / angle) * (0.54 + 0.46 * Math.cos(angle))
}

function bicubic(x: number): number {
  const a = -0.5
  const t = Math.abs(x)
  if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1
  if (t < 2) return (((t - 5) * t + 8) * t - 4) * a
  return 0
}

function sinc(x: number): number {
  if (x === 0) return 1
  const angle = x * Math.PI
  return Math.sin(angle) / angle
}

/**
 * Weights for making `inSize` pixels `outSize`, for the output positions `from` <= i < `to` only.
 * Weights that round to zero at either end of a kernel are left out: they change nothing.
 */
export function resampleWeights(
  inSize: number,
  outSize: number,
  from: number,
  to: number,
  filter: KernelFilter,
): ResampleWeights {
  const { support: radius, at } = kernels[filter]
  const scale = inSize / outSize
  const stretch = Math.max(scale, 1)
  const support = radius * stretch
  const taps = Math.ceil(support) * 2 + 1
  const positions = to - from
  const starts = new Int32Array(positions)
  const counts = new Int32Array(positions)
  const weights = new Int32Array(positions * taps)
  const kernel = new Float64Array(taps)
  for (let i = 0; i < positions; i++) {
    const centre = (from + i + 0.5) * scale
    const first = Math.max(0, Math.trunc(centre - support + 0.5))
    const end = Math.min(inSize, Math.trunc(centre + support + 0.5))
    let sum = 0
    for (let t = first; t < end; t++) {
      const weight = at((t - centre + 0.5) * (1 / stretch))
      kernel[t - first] = weight
      sum += weight
    }
    const fixed = Array.from(kernel.subarray(0, end - first), (weight) =>
      toFixedPoint(sum === 0 ? weight : weight / sum),
    )
    const lead = Math.max(
      0,
      fixed.findIndex((weight) => weight !== 0),
    )
    const last = fixed.findLastIndex((weight) => weight !== 0)
    starts[i] = first + lead
    counts[i] = Math.max(0, last + 1 - lead)
    weights.set(fixed.slice(lead, last + 1), i * taps)
  }
  return { starts, counts, weights, taps }
}

/** Rounds half away from zero. */
function toFixedPoint(weight: number): number {
  return Math.trunc((weight < 0 ? -0.5 : 0.5) + weight * 2 ** precisionBits)
}

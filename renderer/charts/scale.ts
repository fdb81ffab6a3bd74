// Maps data to pixels and picks round ticks. Pure; knows no chart.

export interface Scale {
  /** The pixel of a value; values outside the domain are extrapolated. */
  readonly toPixel: (value: number) => number
  readonly toValue: (pixel: number) => number
  readonly ticks: readonly number[]
}

/** A linear scale with about `count` ticks at 1, 2 or 5 times a power of ten. */
export function linearScale(domain: readonly [number, number], range: readonly [number, number], count = 5): Scale {
  const [low, high] = domain[0] === domain[1] ? [domain[0] - 0.5, domain[1] + 0.5] : domain
  const perUnit = (range[1] - range[0]) / (high - low)
  return {
    toPixel: (value) => range[0] + (value - low) * perUnit,
    toValue: (pixel) => low + (pixel - range[0]) / perUnit,
    ticks: roundTicks(low, high, count),
  }
}

/** A logarithmic scale of positive values; ticks at 1, 2 and 5 times powers of ten, thinned to powers over many decades. */
export function logScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const low = Math.max(domain[0], Number.MIN_VALUE)
  const high = domain[1] > low ? domain[1] : low * 2
  const inner = linearScale([Math.log10(low), Math.log10(high)], range)
  const decades = Math.log10(high / low)
  const steps = decades > 3.5 ? [1] : [1, 2, 5]
  const ticks: number[] = []
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    for (const step of steps) {
      const tick = step * 10 ** power
      if (tick >= low && tick <= high) ticks.push(tick)
    }
  }
  return {
    toPixel: (value) => inner.toPixel(Math.log10(Math.max(value, Number.MIN_VALUE))),
    toValue: (pixel) => 10 ** inner.toValue(pixel),
    ticks,
  }
}

function roundTicks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / Math.max(count, 1)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.999) ?? rough
  const ticks: number[] = []
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9; index += 1) {
    ticks.push(Number((index * step).toPrecision(12)))
  }
  return ticks
}

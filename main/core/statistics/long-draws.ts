// The generating function of the total of a large draw from items of many levels, without the distribution of the total.
import { logChoose } from './gamma.ts'

/** `drawn` items at random without replacement, where `levelCounts[m]` items count m. */
export interface LongDraw {
  readonly levelCounts: Float64Array
  readonly drawn: number
  readonly mean: number
}

/** Under a tilt theta: `ln E exp(theta (X - mean))` and nearly its derivatives, which place a contour. */
export interface TiltedDraw {
  readonly value: number
  readonly slope: number
  readonly curvature: number
  /** An upper bound of the absolute value of what `turn` gives. */
  bound(w: number): number
  /** `E exp((theta + i w) (X - mean)) / E exp(theta (X - mean))`, real and imaginary. */
  turn(w: number, target: [number, number]): void
}

/** What lies further below the greatest term than exp(-this) is let go. */
const negligible = 42

/**
 * `E z^X = [y^r] product over m of (1 + y z^m)^(N_m) / C(N, r)`: the coefficient of y^r by Cauchy's formula on the circle through the
 * saddle point y of z = exp(theta), with so many equal steps that it is exact to the last digits. With `a_m = p_m (1 - p_m) N_m`,
 * `p_m` = the share of level m that is drawn there, the integrand at an angle v is at most `exp(-sum of a_m (1 - cos(v + m w)))`, and
 * only angles where that matters are visited.
 */
export function tiltDraw({ levelCounts, drawn, mean }: LongDraw, theta: number): TiltedDraw {
  const levels = levelCounts.length
  const logY = findSaddle(levelCounts, theta, drawn)
  const logOdds = Float64Array.from({ length: levels }, (_, level) => logY + theta * level)
  const shares = logOdds.map(shareAt)
  // Not 1 - share: of a level that is drawn almost whole, nothing would be left of it.
  const rests = logOdds.map((odds) => shareAt(-odds))
  const spreads = levelCounts.map((count, level) => count * shares[level]! * rests[level]!)
  let [size, log, slope] = [0, 0, 0]
  let [v11, v1m, vmm] = [0, 0, 0]
  for (let level = 0; level < levels; level++) {
    size += levelCounts[level]!
    log += levelCounts[level]! * log1pExp(logOdds[level]!)
    slope += level * levelCounts[level]! * shares[level]!
    v11 += spreads[level]!
    v1m += spreads[level]! * level
    vmm += spreads[level]! * level * level
  }
  const scale = log - drawn * logY - logChoose(size, drawn) - theta * mean
  const steps = Math.ceil(16 * Math.sqrt(v11)) + 64
  const target: [number, number] = [0, 0]
  integrate(0, target)
  const whole = target[0]

  /** The mean of the integrand over the steps. */
  function integrate(w: number, result: [number, number]): void {
    const [length, direction] = resultant(spreads, w)
    const cosine = (v11 - negligible) / length
    const reach = cosine > -1 && length > 0 ? Math.acos(Math.min(1, cosine)) : Math.PI
    const first = Math.ceil(((-direction - reach) * steps) / (2 * Math.PI))
    const lastInReach = Math.floor(((-direction + reach) * steps) / (2 * Math.PI))
    // All the way round it is all of them, however the ends are rounded.
    const last = reach === Math.PI ? first + steps - 1 : Math.min(first + steps - 1, lastInReach)
    let [x, y] = [0, 0]
    for (let step = first; step <= last; step++) {
      const v = (2 * Math.PI * step) / steps
      let logSize = 0
      let angle = -v * drawn
      for (let level = 0; level < levels; level++) {
        const count = levelCounts[level]!
        if (count === 0) continue
        const share = shares[level]!
        const half = Math.sin((v + level * w) / 2)
        const re = -2 * share * half * half
        const im = share * Math.sin(v + level * w)
        logSize += 0.5 * count * Math.log1p(-4 * share * rests[level]! * half * half)
        angle += count * Math.atan2(im, 1 + re)
      }
      const size = Math.exp(logSize)
      x += size * Math.cos(angle)
      y += size * Math.sin(angle)
    }
    result[0] = x / steps
    result[1] = y / steps
  }

  return {
    value: scale + Math.log(whole),
    slope: slope - mean,
    curvature: v11 > 0 ? vmm - (v1m * v1m) / v11 : vmm,
    bound: (w) => Math.min(1, Math.exp(resultant(spreads, w)[0] - v11) / whole),
    turn: (w, result) => {
      integrate(w, result)
      const [re, im] = [result[0] / whole, result[1] / whole]
      const [cos, sin] = [Math.cos(w * mean), -Math.sin(w * mean)]
      result[0] = re * cos - im * sin
      result[1] = re * sin + im * cos
    },
  }
}

/** Length and direction of `sum of a_m exp(i m w)`. */
function resultant(spreads: Float64Array, w: number): [number, number] {
  let [x, y] = [0, 0]
  for (let level = 0; level < spreads.length; level++) {
    x += spreads[level]! * Math.cos(level * w)
    y += spreads[level]! * Math.sin(level * w)
  }
  return [Math.hypot(x, y), Math.atan2(y, x)]
}

/** `x / (1 + x)` of ln x. */
function shareAt(logX: number): number {
  return 1 / (1 + Math.exp(-logX))
}

/** `ln(1 + x)` of ln x. */
function log1pExp(logX: number): number {
  return Math.max(logX, 0) + Math.log1p(Math.exp(-Math.abs(logX)))
}

/** ln y where as many as `drawn`, of which there is at least one and are not all, are expected: by halves. */
function findSaddle(levelCounts: Float64Array, theta: number, drawn: number): number {
  let [low, high] = [-800, 800]
  for (let step = 0; step < 70; step++) {
    const middle = (low + high) / 2
    let expected = 0
    for (let level = 0; level < levelCounts.length; level++) {
      expected += levelCounts[level]! * shareAt(middle + theta * level)
    }
    if (expected < drawn) low = middle
    else high = middle
  }
  return (low + high) / 2
}

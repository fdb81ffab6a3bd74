// How figures read: thousands separators, at most three significant figures, never a percentage that rounds to a lie.
import type { Interval } from '../statistics/interval.ts'

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })

/** A count, or a mean of counts with one decimal: `1,485`, `41.3`. */
export function formatCount(count: number): string {
  return grouped.format(count)
}

const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 4 })

/** The same where room is scarce: `41.3`, `1,485`, `9,999,999`, `252.3M`, `1.943B`. */
export function formatShortCount(count: number): string {
  return count < 10_000_000 ? formatCount(count) : short.format(count)
}

/** A rate as a percentage: `79 %`, `3.8 %`, `0.042 %`; short of 100 it never reads `100 %`, and above 0 never `0 %`. */
export function formatRate(rate: number): string {
  return `${percent(rate)} %`
}

/** A rate with its interval: `79 % [66, 88]`. */
export function formatRateInterval(rate: number, interval: Interval): string {
  return `${formatRate(rate)} ${formatInterval(interval)}`
}

/** The limits of a rate in per cent: `[66, 88]`. */
export function formatInterval([lower, upper]: Interval): string {
  return `[${percent(lower)}, ${percent(upper)}]`
}

/** A difference of rates in percentage points, with its sign: `+12`, `−3.4`, `0`. */
export function formatPoints(difference: number): string {
  if (difference === 0) return '0'
  return `${difference < 0 ? '−' : '+'}${percent(Math.abs(difference))}`
}

/** `q = .002`, `p < .001`, `q = .25`; a q of null is `q not defined`. */
export function formatProbability(name: 'p' | 'q', value: number | null): string {
  if (value === null) return `${name} not defined`
  if (value < 0.001) return `${name} < .001`
  const text = value.toFixed(value < 0.0995 ? 3 : 2)
  return `${name} = ${Number(text) === 1 ? '1' : text.slice(1)}`
}

function percent(rate: number): string {
  const value = rate * 100
  if (value === 0 || value === 100) return String(value)
  if (value < 1) return String(Number(value.toPrecision(2)))
  if (value < 9.95) return String(Number(value.toFixed(1)))
  if (value < 99.5) return value.toFixed(0)
  return value < 99.95 ? value.toFixed(1) : '>99.9'
}

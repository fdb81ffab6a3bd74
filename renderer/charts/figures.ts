// Figures that only the analysis screens write: summed failures, differences, p and q values. Pure.
import { formatCount, formatShortCount } from '#core/format/numbers.ts'

const shares = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })

/** Failures: whole for one model; for several, sums of shares, with one decimal below 100. */
export function formatFailures(failures: number): string {
  return Math.abs(failures) >= 100 ? formatCount(Math.round(failures)) : shares.format(failures)
}

/** The same where room is scarce: many millions as `162.8M`. */
export function formatShortFailures(failures: number): string {
  return failures >= 10_000_000 ? formatShortCount(failures) : formatFailures(failures)
}

/** "41 of 52" */
export function formatOf(part: number, whole: number): string {
  return `${formatFailures(part)} of ${formatCount(whole)}`
}

/** Points of a difference of two shares, signed: .123 -> "+12", -.04 -> "−4". */
export function formatPoints(difference: number): string {
  const size = Math.abs(difference) * 100
  const text = size > 0 && size < 1 ? size.toFixed(1) : size.toFixed(0)
  if (size === 0) return '0'
  return difference < 0 ? `−${text}` : `+${text}`
}

/** p and q values: ".002", ".41", "< .001", "1". */
export function formatProbability(p: number): string {
  if (p < 0.001) return '< .001'
  if (p >= 0.995) return '1'
  return (p < 0.01 ? p.toFixed(3) : p.toFixed(2)).replace(/^0/, '')
}

// Figures as the screen shows them. Pure.

const counts = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const short = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 })

/** Whole number with thousands separators. */
export function formatCount(count: number): string {
  return counts.format(count)
}

/** At most three significant figures. */
export function formatNumber(value: number): string {
  return short.format(value)
}

/** A share of 1 as `79 %`; between 0 and 1 % or 99 and 100 % with one more figure. */
export function formatPercent(share: number): string {
  const percent = share * 100
  const isEdge = (percent > 0 && percent < 1) || (percent > 99 && percent < 100)
  return `${percent.toFixed(isEdge ? 1 : 0)} %`
}

/** An interval of shares as `[66, 88]`, in per cent. */
export function formatInterval([low, high]: readonly [number, number]): string {
  return `[${(low * 100).toFixed(0)}, ${(high * 100).toFixed(0)}]`
}

/** `1 sample`, `1,485 samples`. */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const

export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1)
  return `${short.format(bytes / 1000 ** power)} ${units[power] ?? 'B'}`
}

/** `18 s`, `4 min`, `1 h 20 min`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(Math.round(milliseconds / 1000), 0)
  if (seconds < 90) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 90) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

// Figures as the screen shows them, beside those of core: plurals, sizes, times. Pure.
import { formatCount } from '#core/format/numbers.ts'

const short = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 })

/** At most three significant figures. */
export function formatNumber(value: number): string {
  return short.format(value)
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

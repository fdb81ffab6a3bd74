// Shares for people, never without their n.
import { formatCount } from '#core/format/numbers.ts'

/** "41 of 52 (78.8 %)" */
export function formatShare(part: number, whole: number): string {
  const percent = whole === 0 ? '–' : `${Number(((part / whole) * 100).toPrecision(3))} %`
  return `${formatCount(part)} of ${formatCount(whole)} (${percent})`
}

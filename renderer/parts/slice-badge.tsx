// What may be said of a slice (docs/statistics.md, definition 6), as a badge with the whole sentence behind it.
import type { SliceRow } from '#contract/analysis.ts'
import classes from './parts.module.css'

const texts = {
  always: {
    short: '◆ always fools',
    long: 'Every image failed, on enough images and against what its classes usually do',
  },
  more: { short: '▲ fails more', long: 'Fails more than its classes usually do (q ≤ .10)' },
  'all-failed': { short: 'all failed, few', long: 'Every image failed; too few to tell from luck' },
  less: { short: '▼ fails less', long: 'Fails less than its classes usually do (q ≤ .10)' },
} as const

export function SliceBadge({ badge }: { badge: SliceRow['badge'] }) {
  if (badge === null) return null
  return (
    <span className={classes.badge} data-badge={badge} title={texts[badge].long}>
      {texts[badge].short}
    </span>
  )
}

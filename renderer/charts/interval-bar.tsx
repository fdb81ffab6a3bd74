// A rate as a dot, its interval as a bar, and what was expected as a tick, on a track from 0 to 1.
import classes from './interval-bar.module.css'

export type Tone = 'neutral' | 'more' | 'less' | 'right'

export interface IntervalBarProps {
  /** In [0, 1]. */
  readonly value: number
  readonly interval: readonly [number, number] | null
  readonly expected?: number | null
  readonly tone?: Tone
  /** What a screen reader says. */
  readonly label: string
}

export function IntervalBar({ value, interval, expected = null, tone = 'neutral', label }: IntervalBarProps) {
  return (
    <svg className={classes.root} data-tone={tone} role="img" aria-label={label}>
      <line className={classes.track} x1="0%" x2="100%" y1="50%" y2="50%" />
      {interval && <line className={classes.bar} x1={at(interval[0])} x2={at(interval[1])} y1="50%" y2="50%" />}
      {expected !== null && <line className={classes.tick} x1={at(expected)} x2={at(expected)} y1="14%" y2="86%" />}
      <circle className={classes.dot} cx={at(value)} cy="50%" r="4" />
    </svg>
  )
}

/** Keeps the dot of 0 and of 1 inside the picture. */
function at(share: number): string {
  return `${(1.5 + 97 * Math.min(Math.max(share, 0), 1)).toFixed(2)}%`
}

// A share as a small bar beside its figure; the figure says it, the bar lets the eye compare.
import classes from './spark-bar.module.css'

export function SparkBar({ share, tone = 'neutral' }: { share: number; tone?: 'neutral' | 'more' }) {
  return (
    <svg className={classes.root} data-tone={tone} aria-hidden="true">
      <rect className={classes.track} width="100%" height="100%" rx="2" />
      <rect className={classes.fill} width={`${Math.min(Math.max(share, 0), 1) * 100}%`} height="100%" rx="2" />
    </svg>
  )
}

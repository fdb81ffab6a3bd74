// What a colour of the matrix is worth.
import classes from './confusion.module.css'

export interface LegendProps {
  readonly from: string
  readonly to: string
  /** Colour at t in [0, 1]. */
  readonly colorAt: (t: number) => string
  readonly log?: boolean
  readonly note?: string
}

const steps = 24

export function Legend({ from, to, colorAt, log = false, note }: LegendProps) {
  return (
    <div className={classes.legend}>
      <span>{from}</span>
      <svg width="120" height="10" aria-hidden="true">
        {Array.from({ length: steps }, (_, index) => (
          <rect
            key={index}
            x={(index * 120) / steps}
            width={120 / steps + 0.5}
            height="10"
            fill={colorAt((index + 0.5) / steps)}
          />
        ))}
      </svg>
      <span>{to}</span>
      {log && <span className="f-dim">log scale</span>}
      {note !== undefined && <span className="f-dim">{note}</span>}
    </div>
  )
}

// Accuracy by value: one row a value, one dot with its interval a model, on one track from 0 to 100 %.
import { formatCount, formatInterval, formatRate, formatShortCount } from '#core/format/numbers.ts'
import { categoryColor } from './palette.ts'
import classes from './value-dots.module.css'

export interface ValueDotsCell {
  readonly n: number
  readonly right: number
  readonly wilson: readonly [number, number] | null
}

export interface ValueDotsRow {
  readonly key: string
  readonly label: string
  /** One a model. */
  readonly cells: readonly ValueDotsCell[]
  readonly state?: 'included' | 'excluded' | 'neutral'
}

export interface ValueDotsProps {
  readonly models: readonly string[]
  /** Position of each model among the dataset's runs: its colour stays the same whatever is chosen. */
  readonly colors: readonly number[]
  readonly rows: readonly ValueDotsRow[]
  /** Accuracy over everything, one a model; drawn as a thin line through all rows. */
  readonly overall?: readonly (number | null)[]
  /** Models whose figures say nothing here and stand back. */
  readonly faded?: readonly string[]
  readonly onPick: (key: string, exclude: boolean) => void
}

export function ValueDots({ models, colors, rows, overall = [], faded = [], onPick }: ValueDotsProps) {
  const height = Math.max(22, models.length * 9 + 8)
  return (
    <div className={classes.root} role="list" data-ranges={rows.some(({ cells }) => sampleText(cells).includes('–'))}>
      <div className={classes.axis} aria-hidden="true">
        <span />
        <span className={classes.ticks}>
          {[0, 0.25, 0.5, 0.75, 1].map((tick) => (
            <span key={tick} style={{ left: at(tick) }}>
              {tick === 1 ? formatRate(tick) : tick * 100}
            </span>
          ))}
        </span>
        <span>n</span>
      </div>
      {rows.map((row) => (
        <button
          key={row.key}
          type="button"
          role="listitem"
          className={classes.row}
          data-state={row.state ?? 'neutral'}
          aria-label={`${row.label}: ${row.cells.map((cell, index) => cellText(models[index] ?? '', cell)).join('; ')}`}
          title={row.cells.map((cell, index) => cellText(models[index] ?? '', cell)).join('\n')}
          onClick={(event) => onPick(row.key, event.altKey)}
        >
          <span className={classes.label}>{row.label}</span>
          <svg className={classes.track} height={height} aria-hidden="true">
            {[0, 0.25, 0.5, 0.75, 1].map((tick) => (
              <line key={tick} className={classes.grid} x1={at(tick)} x2={at(tick)} y1="0" y2="100%" />
            ))}
            {row.cells.map((cell, index) => {
              const y = height / 2 + (index - (models.length - 1) / 2) * 9
              const color = categoryColor(colors[index] ?? index)
              const whole = overall[index] ?? null
              if (cell.n === 0) return null
              return (
                <g key={models[index]} style={{ color }} opacity={faded.includes(models[index] ?? '') ? 0.35 : 1}>
                  {whole !== null && (
                    <line className={classes.overall} x1={at(whole)} x2={at(whole)} y1={y - 4.5} y2={y + 4.5} />
                  )}
                  {cell.wilson && (
                    <line className={classes.interval} x1={at(cell.wilson[0])} x2={at(cell.wilson[1])} y1={y} y2={y} />
                  )}
                  <circle className={classes.dot} cx={at(cell.right / cell.n)} cy={y} r="3.5" />
                </g>
              )
            })}
          </svg>
          <span className={classes.n}>{sampleText(row.cells)}</span>
        </button>
      ))}
    </div>
  )
}

function sampleText(cells: readonly ValueDotsCell[]): string {
  const ns = cells.map((cell) => cell.n)
  const [least, most] = [Math.min(...ns), Math.max(...ns)]
  return least === most ? formatShortCount(most) : `${formatShortCount(least)}–${formatShortCount(most)}`
}

function cellText(model: string, cell: ValueDotsCell): string {
  if (cell.n === 0) return `${model}: not judged`
  const interval = cell.wilson === null ? '' : ` ${formatInterval(cell.wilson)}`
  return `${model}: ${formatCount(cell.right)} of ${formatCount(cell.n)} right, ${formatRate(cell.right / cell.n)}${interval}`
}

function at(share: number): string {
  return `${(2 + 96 * Math.min(Math.max(share, 0), 1)).toFixed(2)}%`
}

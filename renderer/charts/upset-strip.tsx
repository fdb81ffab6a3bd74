// An UpSet strip: one column a set of failing models, its count as a bar, its members as dots. Every column is a button.
import { formatCount, formatRate } from '#core/format/numbers.ts'
import { shortenMiddle } from '#core/format/shorten.ts'
import type { UpsetColumn } from './upset-model.ts'
import classes from './upset-strip.module.css'

export interface UpsetStripProps {
  readonly models: readonly string[]
  readonly columns: readonly UpsetColumn[]
  readonly activeKey?: string | null
  readonly onPick: (column: UpsetColumn, exclude: boolean) => void
}

/** What tells runs of one model apart stands at the end of their names. */
const nameLength = 30

/** As in the style sheet. */
const rowPx = 20
const barSpacePx = 154

export function UpsetStrip({ models, columns, activeKey = null, onPick }: UpsetStripProps) {
  const most = Math.max(1, ...columns.map((column) => column.count))
  return (
    <div className={classes.root}>
      <div className={classes.names} aria-hidden="true">
        {models.map((model) => (
          <span key={model} title={model}>
            {shortenMiddle(model, nameLength)}
          </span>
        ))}
      </div>
      <div className={classes.columns} role="group" aria-label="Which models fail together">
        {columns.map((column) => (
          <button
            key={column.key}
            type="button"
            className={classes.column}
            style={{ height: barSpacePx + models.length * rowPx }}
            data-active={column.key === activeKey || undefined}
            data-all={column.failing.length === models.length || undefined}
            data-none={column.failing.length === 0 || undefined}
            aria-label={`${column.title}: ${formatCount(column.count)} samples, ${formatRate(column.share)}`}
            title={`${column.title}\n${formatCount(column.count)} samples (${formatRate(column.share)})`}
            onClick={(event) => onPick(column, event.altKey)}
          >
            <span className={classes.count}>{formatCount(column.count)}</span>
            <span className={classes.space}>
              <span className={classes.bar} style={{ height: `${Math.max(1.5, (100 * column.count) / most)}%` }} />
            </span>
            <span className={classes.dots}>
              {column.fails.map((fails, index) => (
                <span key={models[index]} className={classes.dot} data-fails={fails || undefined}>
                  <span />
                </span>
              ))}
            </span>
          </button>
        ))}
      </div>
    </div>
  )
}

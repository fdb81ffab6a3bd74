// The values of a facet with their counts. A click picks, Alt-click excludes; so does the button that shows on hover.
import { ActionIcon } from '@mantine/core'
import { IconCheck, IconEyeOff } from '@tabler/icons-react'
import type { Path, Scalar } from '#core/filter/expr.ts'
import { formatCount } from '#core/format/numbers.ts'
import { Verdict } from '../common/verdict.tsx'
import { useSession } from '../session/session.ts'
import type { FacetRow } from './facets-model.ts'
import classes from './facet-values.module.css'

const mostRows = 400

interface FacetValuesProps {
  readonly path: Path
  readonly rows: readonly FacetRow[]
  /** How many there are to find, where that is more than `rows`. */
  readonly total?: number
}

export function FacetValues({ path, rows, total = rows.length }: FacetValuesProps) {
  const { toggleValue } = useSession()
  const greatest = rows.reduce((most, { value, count }) => (value === null ? most : Math.max(most, count)), 1)
  const isVerdict = path.kind === 'run' && (path.property === 'correct' || path.property === 'top5_correct')
  if (rows.length === 0) return <p className={classes.none}>no value</p>
  return (
    <ul className={classes.list}>
      {rows.slice(0, mostRows).map((row) => (
        <ValueRow
          key={`${typeof row.value}${String(row.value)}`}
          row={row}
          text={valueText(row.value, isVerdict)}
          share={Math.min(row.count / greatest, 1)}
          verdict={isVerdict && typeof row.value === 'boolean' ? row.value : null}
          onToggle={(exclude) => toggleValue(path, row.value, { exclude })}
        />
      ))}
      {rows.length > mostRows && (
        <li className={classes.none}>Type to find one of {formatCount(Math.max(total, rows.length))}.</li>
      )}
    </ul>
  )
}

function valueText(value: Scalar | null, isVerdict: boolean): string {
  if (value === null) return isVerdict ? 'not judged' : 'missing'
  if (isVerdict) return value === true ? 'right' : 'wrong'
  return value === '' ? '(empty)' : String(value)
}

interface ValueRowProps {
  readonly row: FacetRow
  readonly text: string
  /** Length of the bar, 0 to 1. */
  readonly share: number
  readonly verdict: boolean | null
  readonly onToggle: (exclude: boolean) => void
}

export function ValueRow({ row, text, share, verdict, onToggle }: ValueRowProps) {
  return (
    <li className={classes.row} data-state={row.state} data-empty={row.count === 0}>
      <button
        type="button"
        className={classes.value}
        aria-pressed={row.state === 'included'}
        aria-label={`${text}, ${formatCount(row.count)}${row.state === 'excluded' ? ', excluded' : ''}`}
        onClick={(event) => onToggle(event.altKey)}
      >
        <span className={classes.bar} style={{ width: `${share * 100}%` }} />
        <span className={classes.mark} aria-hidden>
          {row.state === 'included' && <IconCheck size={12} stroke={3} />}
          {row.state === 'excluded' && <IconEyeOff size={12} stroke={2.5} />}
        </span>
        {verdict !== null && <Verdict correct={verdict} size={13} silent />}
        <span className={row.value === null ? classes.missing : classes.text} title={text}>
          {text}
        </span>
        <span className={classes.count}>{formatCount(row.count)}</span>
      </button>
      <ActionIcon
        className={classes.exclude}
        size={18}
        tabIndex={-1}
        aria-label={`Exclude ${text}`}
        onClick={() => onToggle(true)}
      >
        <IconEyeOff size={12} />
      </ActionIcon>
    </li>
  )
}

// The heading of a group: its value, how many of its images the model in focus fails, with interval and expectation.
import type { Group } from '#contract/query.ts'
import { fromClauses } from '#core/filter/clauses.ts'
import type { Path } from '#core/filter/expr.ts'
import { IntervalBar } from '../charts/interval-bar.tsx'
import { formatCount, formatInterval, formatRate } from '#core/format/numbers.ts'
import { formatPlural } from '../common/figures.ts'
import { valueFilter } from '../parts/filters.ts'
import { useSession } from '../session/session.ts'
import classes from './gallery.module.css'

export function GroupHeading({ group, path, model }: { group: Group; path: Path; model: string | null }) {
  const { filter, setFilter, toggleValue } = useSession()
  const { value, count, n, failures, wilson, expected } = group
  const text =
    value === null
      ? 'missing'
      : path.kind === 'run' && typeof value === 'boolean'
        ? value
          ? 'right'
          : 'wrong'
        : String(value)
  const showFailures = () => {
    if (model === null) return
    const wrong = { kind: 'compare', path: { kind: 'run', model, property: 'correct' }, op: '=', value: false } as const
    setFilter(fromClauses([filter, valueFilter(path, value), wrong]))
  }
  const rate = n === 0 ? null : failures / n
  return (
    <div className={classes.groupHeading} role="heading" aria-level={3}>
      <button
        type="button"
        className={classes.value}
        title={`Only ${text} (Alt: without)`}
        onClick={(event) => toggleValue(path, value, { exclude: event.altKey })}
      >
        {text}
      </button>
      {rate === null || wilson === null ? (
        <span className={classes.count}>
          {formatPlural(count, 'image')}
          {model !== null && ', none judged'}
        </span>
      ) : (
        <>
          <button type="button" className={classes.figures} title="Only the failures" onClick={showFailures}>
            {formatCount(failures)} of {formatCount(n)} fail
          </button>
          <span className={classes.rate}>
            <span>
              <b>{formatRate(rate)}</b> {formatInterval(wilson)}
            </span>
            <span className={classes.interval}>
              <IntervalBar
                value={rate}
                interval={wilson}
                expected={expected}
                tone={tone(wilson, expected)}
                label={`${formatRate(rate)} fail`}
              />
            </span>
            {expected !== null && (
              <span title="How often the classes in this group usually fail">exp. {formatRate(expected)}</span>
            )}
            {count > n && <span>{formatCount(count - n)} not judged</span>}
          </span>
        </>
      )}
    </div>
  )
}

function tone([low, high]: readonly [number, number], expected: number | null): 'neutral' | 'more' | 'less' {
  if (expected === null) return 'neutral'
  if (low > expected) return 'more'
  return high < expected ? 'less' : 'neutral'
}

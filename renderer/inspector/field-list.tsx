// A sample's fields with their values and where each came from. A click filters by the value, Alt-click excludes it.
import type { SampleDetail } from '#contract/query.ts'
import { formatRate } from '#core/format/numbers.ts'
import { formatNumber } from '../common/figures.ts'
import { useSession } from '../session/session.ts'
import classes from './field-list.module.css'
import { describeSource } from './inspector-model.ts'

export function FieldList({ fields }: { fields: SampleDetail['fields'] }) {
  const { toggleValue } = useSession()
  if (fields.length === 0) return <p className="f-dim">This dataset has no fields.</p>
  return (
    <dl className={classes.list}>
      {fields.map(({ name, value, source, score }) => (
        <div key={name} className={classes.row}>
          <dt className={classes.name} title={name}>
            {name}
          </dt>
          <dd className={classes.value}>
            <button
              type="button"
              className={value === null ? classes.missing : classes.button}
              title={`Only this value (Alt: without it)`}
              onClick={(event) => toggleValue({ kind: 'field', name }, value, { exclude: event.altKey })}
            >
              {value === null ? 'missing' : typeof value === 'number' ? formatNumber(value) : String(value)}
            </button>
          </dd>
          {source !== 'dataset' && value !== null && (
            <dd className={classes.source}>
              {describeSource(source)}
              {score !== null && `, ${formatRate(score)}`}
            </dd>
          )}
        </div>
      ))}
    </dl>
  )
}

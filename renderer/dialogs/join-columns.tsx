// The columns of a joined file: which of them become fields, under which names, with their first values.
import { Checkbox } from '@mantine/core'
import type { Sidecar } from '#contract/sidecars.ts'
import { formatPlural } from '../common/figures.ts'
import { describeExamples } from './join-model.ts'
import classes from './join.module.css'

interface JoinColumnsProps {
  readonly found: Sidecar
  readonly offered: Sidecar['columns']
  /** Names of the columns that are left out. */
  readonly left: ReadonlySet<string>
  readonly onLeft: (left: ReadonlySet<string>) => void
}

export function JoinColumns({ found, offered, left, onLeft }: JoinColumnsProps) {
  const taken = offered.filter(({ name }) => !left.has(name)).length
  if (offered.length === 0) return null
  return (
    <div className={classes.box}>
      <Checkbox
        className={classes.all}
        label={`${taken === offered.length ? '' : `${taken} of `}${formatPlural(offered.length, 'column')} to fields`}
        checked={taken === offered.length}
        indeterminate={taken > 0 && taken < offered.length}
        onChange={() => onLeft(new Set(taken === offered.length ? offered.map(({ name }) => name) : []))}
      />
      <ul className={classes.columns} aria-label="Columns">
        {offered.map(({ name, field, kind, examples }) => (
          <li key={name}>
            <label className={classes.column}>
              <Checkbox aria-label={name} checked={!left.has(name)} onChange={() => onLeft(toggled(left, name))} />
              <span className={classes.name} title={name}>
                {field === name ? name : `${name}, as ${field}`}
              </span>
              <span className={classes.examples}>{describeExamples(examples)}</span>
              <span className="f-dim">{found.replaces.includes(field) ? `${kind}, replaces` : kind}</span>
            </label>
          </li>
        ))}
      </ul>
    </div>
  )
}

function toggled(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const next = new Set(names)
  if (!next.delete(name)) next.add(name)
  return next
}

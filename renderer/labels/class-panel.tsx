// One class: what is accepted for it, what could be, and a search through the model's classes.
import { Button, MultiSelect } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { ClassRef, LabelMapRow } from '#contract/labels.ts'
import { formatRate } from '#core/format/numbers.ts'
import { formatPlural } from '../common/figures.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { useSession } from '../session/session.ts'
import { howText, isDecided } from './labels-model.ts'
import type { Decide } from './use-decide.ts'
import classes from './labels.module.css'

export interface ClassPanelProps {
  readonly model: string
  readonly row: LabelMapRow
  readonly decide: Decide
  /** What was typed on the table: the search begins with it. */
  readonly typed: string
  readonly onTyped: (text: string) => void
  /** A class was picked from the search: the keys belong to the table again. */
  readonly onPicked: () => void
}

const foundClasses = 40

export function ClassPanel({ model, row, decide, typed, onTyped, onPicked }: ClassPanelProps) {
  const { dataset } = useSession()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const found = useEngineQuery('labels.find', { dataset: dataset.id, model, text, limit: foundClasses })
  useEffect(() => {
    if (typed === '') return
    setText(typed)
    onTyped('')
    input.current?.focus()
  }, [typed, onTyped])
  const options = new Map([...row.accepted, ...(found.data ?? [])].map((entry) => [entry.id, entry]))
  return (
    <section className={classes.panel} aria-label={`Answers for ${row.class}`}>
      <h3 className={classes.title}>{row.class}</h3>
      <p className="f-dim">
        {formatPlural(row.samples, 'sample')}, {howText(row)}
      </p>
      <MultiSelect
        ref={input}
        label="Accepted answers"
        description="Any of these is right"
        placeholder="Search the model’s classes"
        searchable
        hidePickedOptions
        clearSearchOnChange
        maxDropdownHeight={280}
        nothingFoundMessage="No class of the model is called that"
        data={[...options.values()].map((entry) => ({ value: String(entry.id), label: labelOf(entry) }))}
        // The engine has searched, synonyms and ids included.
        filter={({ options: all }) => all}
        value={row.accepted.map(({ id }) => String(id))}
        searchValue={text}
        onSearchChange={setText}
        onChange={(ids) => {
          void decide.accept(row, ids.map(Number))
          if (ids.length > row.accepted.length) onPicked()
        }}
      />
      {row.proposals.length > 0 && (
        <>
          <h4 className={classes.title}>Nearest names</h4>
          <ul className={classes.proposals}>
            {row.proposals.map((proposal) => (
              <li key={proposal.id}>
                <Button
                  variant="default"
                  size="compact-sm"
                  aria-label={`Accept ${proposal.name}`}
                  disabled={decide.isRunning}
                  onClick={() => void decide.accept(row, [proposal.id])}
                >
                  {proposal.name}
                </Button>
                <span className="f-dim">
                  {formatRate(proposal.score)} alike
                  {proposal.synonyms.length > 0 && `; also ${proposal.synonyms.join(', ')}`}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      <div className={classes.actions}>
        <Button
          variant="default"
          disabled={decide.isRunning || (isDecided(row) && row.accepted.length === 0)}
          onClick={() => void decide.accept(row, [])}
        >
          The model does not know it
        </Button>
        <Button variant="subtle" disabled={decide.isRunning || !isDecided(row)} onClick={() => void decide.clear(row)}>
          Take back
        </Button>
      </div>
      <p className="f-dim">
        Enter takes the nearest name, Backspace clears, letters search. Every decision can be undone.
      </p>
    </section>
  )
}

function labelOf({ id, name, synonyms }: ClassRef): string {
  return `${[name, ...synonyms].join(', ')} · ${id}`
}

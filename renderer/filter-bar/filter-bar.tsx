// The one filter of all views, as chips and as text. Both can be edited and always say the same.
import { ActionIcon, Tooltip } from '@mantine/core'
import { IconFilter, IconFilterOff } from '@tabler/icons-react'
import { clausesOf, fromClauses } from '#core/filter/clauses.ts'
import { everything } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'
import { useCommands } from '../app/commands.ts'
import { useSession } from '../session/session.ts'
import classes from './filter-bar.module.css'
import { FilterChip } from './filter-chip.tsx'
import { FilterText } from './filter-text.tsx'

const textId = 'filter-text'

export function FilterBar() {
  const { filter, setFilter } = useSession()
  const clauses = clausesOf(filter)
  useCommands([{ id: 'filter', title: 'Write the filter', group: 'Filter', keys: ['/'], run: () => focusText() }])
  return (
    <div className={classes.bar} role="search" aria-label="Filter">
      <div className={classes.chips} role="list" aria-label="Filter clauses">
        {clauses.length === 0 && (
          <span className={classes.none}>
            <IconFilter size={14} aria-hidden /> everything
          </span>
        )}
        {clauses.map((clause, index) => (
          <FilterChip
            key={formatFilter(clause)}
            clause={clause}
            onChange={(next) => setFilter(fromClauses(clauses.with(index, next)))}
            onRemove={() => setFilter(fromClauses(clauses.toSpliced(index, 1)))}
          />
        ))}
      </div>
      <div className={classes.text}>
        <FilterText
          id={textId}
          label="Filter text"
          placeholder="background = beach and …"
          filter={filter}
          onCommit={setFilter}
        />
      </div>
      <Tooltip label="Clear the filter">
        <ActionIcon
          aria-label="Clear the filter"
          disabled={clauses.length === 0}
          variant="transparent"
          onClick={() => setFilter(everything)}
        >
          <IconFilterOff size={16} stroke={1.75} />
        </ActionIcon>
      </Tooltip>
    </div>
  )
}

function focusText(): void {
  const field = document.getElementById(textId)
  if (!(field instanceof HTMLInputElement)) return
  field.focus()
  field.setSelectionRange(field.value.length, field.value.length)
}

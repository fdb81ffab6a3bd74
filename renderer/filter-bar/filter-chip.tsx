// One clause of the filter: take it away, turn it round, or edit its text.
import { Button, CloseButton, Popover } from '@mantine/core'
import { useState } from 'react'
import type { FilterExpr } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'
import classes from './filter-chip.module.css'
import { chipText, negateClause } from './filter-text-model.ts'
import { FilterText } from './filter-text.tsx'

interface FilterChipProps {
  readonly clause: FilterExpr
  readonly onChange: (clause: FilterExpr) => void
  readonly onRemove: () => void
}

export function FilterChip({ clause, onChange, onRemove }: FilterChipProps) {
  const [isOpen, setOpen] = useState(false)
  const { subject, rest, excludes } = chipText(clause)
  const text = formatFilter(clause)
  return (
    <span className={classes.chip} data-excludes={excludes} role="listitem">
      <Popover opened={isOpen} onChange={setOpen} position="bottom-start" width={420} trapFocus>
        <Popover.Target>
          <button
            type="button"
            className={classes.label}
            title={text}
            aria-label={`Edit ${text}`}
            onClick={(event) => (event.altKey ? onChange(negateClause(clause)) : setOpen(!isOpen))}
          >
            {subject !== '' && <span className={classes.subject}>{subject}</span>}
            <span className={classes.rest}>{rest}</span>
          </button>
        </Popover.Target>
        <Popover.Dropdown>
          <FilterText
            label="Clause"
            filter={clause}
            autoFocus
            onCommit={(next) => {
              setOpen(false)
              onChange(next)
            }}
          />
          <div className={classes.actions}>
            <Button variant="default" size="compact-xs" onClick={() => onChange(negateClause(clause))}>
              {excludes ? 'Include instead' : 'Exclude instead'}
            </Button>
            <Button variant="default" size="compact-xs" onClick={onRemove}>
              Remove
            </Button>
          </div>
        </Popover.Dropdown>
      </Popover>
      <CloseButton size={18} iconSize={12} aria-label={`Remove ${text}`} onClick={onRemove} />
    </span>
  )
}

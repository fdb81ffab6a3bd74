// The classes, one virtualised row each. Arrows move, Enter confirms the first proposal, Backspace clears, letters search.
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, type KeyboardEvent, type RefObject } from 'react'
import type { LabelMapRow } from '#contract/labels.ts'
import { formatCount } from '#core/format/numbers.ts'
import { howText, isDecided, needsLook, rowSentence } from './labels-model.ts'
import classes from './labels.module.css'

export interface LabelsTableProps {
  readonly ref: RefObject<HTMLDivElement | null>
  readonly rows: readonly LabelMapRow[]
  readonly active: number
  readonly onActive: (index: number) => void
  readonly onConfirm: (row: LabelMapRow) => void
  readonly onClear: (row: LabelMapRow) => void
  /** A letter was typed: the search goes on from it. */
  readonly onType: (text: string) => void
}

const rowHeightPx = 30
const pageRows = 12

export function LabelsTable({ ref, rows, active, onActive, onConfirm, onClear, onType }: LabelsTableProps) {
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => ref.current,
    estimateSize: () => rowHeightPx,
    overscan: 10,
    // The sticky heading.
    scrollPaddingStart: 28,
  })
  useEffect(() => ref.current?.focus(), [ref])

  const move = (to: number) => {
    const index = Math.min(Math.max(to, 0), rows.length - 1)
    onActive(index)
    virtual.scrollToIndex(index)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const row = rows[active]
    const moves: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      Home: 0,
      End: rows.length - 1,
      PageDown: active + pageRows,
      PageUp: active - pageRows,
    }
    const to = moves[event.key]
    if (to !== undefined) move(to)
    else if (event.key === 'Enter' && row) {
      onConfirm(row)
      move(active + 1)
    } else if (event.key === 'Backspace' && row) onClear(row)
    else if (event.key.length === 1 && event.key !== ' ') onType(event.key)
    else return
    event.preventDefault()
  }

  return (
    <div
      className={classes.scroller}
      ref={ref}
      role="grid"
      tabIndex={0}
      aria-label="Classes"
      aria-rowcount={rows.length + 1}
      aria-activedescendant={rows.length > 0 ? `label-class-${active}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div className={classes.head} role="row" aria-rowindex={1}>
        <span role="columnheader">class</span>
        <span role="columnheader" className={classes.number}>
          samples
        </span>
        <span role="columnheader">found by</span>
        <span role="columnheader">accepted answers</span>
      </div>
      {rows.length === 0 && <p className={classes.empty}>Nothing is left to look at.</p>}
      <div className={classes.body} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index]
          if (row === undefined) return null
          return (
            <div
              key={row.class}
              id={`label-class-${index}`}
              className={classes.row}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={index === active}
              aria-label={rowSentence(row)}
              data-active={index === active || undefined}
              style={{ transform: `translateY(${start}px)` }}
              onClick={() => onActive(index)}
            >
              <span role="gridcell" className={classes.name} title={row.class}>
                {row.class}
              </span>
              <span role="gridcell" className={classes.number}>
                {formatCount(row.samples)}
              </span>
              <span role="gridcell" className={classes.how} data-look={needsLook(row) || undefined}>
                {howText(row)}
              </span>
              <Answers row={row} />
            </div>
          )
        })}
      </div>
    </div>
  )
}

function Answers({ row }: { row: LabelMapRow }) {
  const [proposal] = row.proposals
  if (row.accepted.length > 0) {
    const text = row.accepted.map(({ name }) => name).join(', ')
    return (
      <span role="gridcell" className={classes.name} title={text}>
        {text}
      </span>
    )
  }
  return (
    <span role="gridcell" className={classes.proposal}>
      {isDecided(row) ? 'none: not judged' : proposal === undefined ? '' : `${proposal.name}?`}
    </span>
  )
}

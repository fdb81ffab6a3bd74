// The slice table: one virtualised row a slice. Arrows move, Enter filters, Alt-Enter excludes, Space shows the images.
import { ActionIcon } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconPhoto } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState, type CSSProperties, type KeyboardEvent } from 'react'
import type { SliceRow } from '#contract/analysis.ts'
import { formatProbability, formatShortFailures } from '../charts/figures.ts'
import { IntervalBar } from '../charts/interval-bar.tsx'
import { formatCount, formatInterval, formatRate, formatShortCount } from '#core/format/numbers.ts'
import { valueText } from '../parts/filters.ts'
import { SliceBadge } from '../parts/slice-badge.tsx'
import { ThumbStrip } from '../parts/thumb-strip.tsx'
import { nextSort, rowSentence, sliceKey, toneOf, type SliceColumn, type SliceSort } from './slices-model.ts'
import classes from './slices.module.css'

export interface SlicesTableProps {
  readonly field: string
  readonly rows: readonly SliceRow[]
  readonly sort: SliceSort
  readonly onSort: (sort: SliceSort) => void
  readonly hovered: string | null
  readonly onHover: (key: string | null) => void
  readonly stateOf: (row: SliceRow) => 'included' | 'excluded' | 'neutral'
  readonly onPick: (row: SliceRow, exclude: boolean) => void
  readonly onShow: (row: SliceRow, failing: boolean) => void
}

const rowHeightPx = 36

export function SlicesTable(props: SlicesTableProps) {
  const { field, rows, sort, onSort, onPick, onShow, onHover } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(0)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: 10,
    // The sticky heading.
    scrollPaddingStart: 30,
  })

  const move = (to: number) => {
    const index = Math.min(Math.max(to, 0), rows.length - 1)
    setActive(index)
    virtual.scrollToIndex(index)
    const row = rows[index]
    if (row) onHover(sliceKey(row))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return
    const row = rows[active]
    const steps: Record<string, number> = { ArrowDown: active + 1, j: active + 1, ArrowUp: active - 1, k: active - 1 }
    const jumps: Record<string, number> = { Home: 0, End: rows.length - 1, PageDown: active + 12, PageUp: active - 12 }
    const to = steps[event.key] ?? jumps[event.key]
    if (to !== undefined) move(to)
    else if (event.key === 'Enter' && row) onPick(row, event.altKey)
    else if (event.key === ' ' && row) onShow(row, true)
    else return
    event.preventDefault()
  }

  const heading = (column: SliceColumn, text: string, title: string, className?: string) => (
    <Heading column={column} text={text} title={title} className={className} sort={sort} onSort={onSort} />
  )
  return (
    <div className={classes.tableBox} style={countWidth(rows)}>
      <div
        className={classes.scroller}
        ref={scroller}
        role="grid"
        tabIndex={0}
        aria-label={`Slices by ${field}`}
        aria-rowcount={rows.length + 1}
        aria-activedescendant={`slice-${active}`}
        onKeyDown={onKeyDown}
        onMouseLeave={() => onHover(null)}
      >
        <div className={classes.head} role="row" aria-rowindex={1}>
          {heading('value', field, 'The value that the images of a slice share')}
          {heading(
            'ebLower',
            'verdict',
            'What can be said, ranked by the 10 % quantile of the shrunk rate',
            classes.badgeCell,
          )}
          {heading('n', 'n', 'Images in the slice', classes.number)}
          {heading('failures', 'fail', 'Failures; for several models, summed shares', classes.number)}
          {heading(
            'rate',
            'failure rate',
            'Failure rate with its 95 % interval; the tick is the expected rate',
            classes.rateCell,
          )}
          {heading('expected', 'expected', 'What the classes in the slice usually fail', classes.numberExtra)}
          {heading(
            'ebMean',
            'shrunk',
            'The rate, pulled towards what is expected as far as n is small',
            classes.numberExtra,
          )}
          {heading('q', 'q', 'Share of false findings among slices at least this striking', classes.number)}
          <span className={classes.images} role="columnheader">
            failing
          </span>
        </div>
        <div className={classes.body} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index]
            if (row === undefined) return null
            return (
              <Row
                key={sliceKey(row)}
                {...props}
                row={row}
                index={item.index}
                top={item.start}
                isActive={item.index === active}
                onPoint={() => setActive(item.index)}
              />
            )
          })}
        </div>
      </div>
    </div>
  )
}

/** Room for the greatest count and its heading. */
function countWidth(rows: readonly SliceRow[]): CSSProperties {
  const most = formatCount(rows.reduce((greatest, { n }) => Math.max(greatest, n), 0))
  return { ['--count-width' as string]: `${Math.max(40, 8 * most.length)}px` }
}

interface HeadingProps {
  readonly column: SliceColumn
  readonly text: string
  readonly title: string
  readonly className: string | undefined
  readonly sort: SliceSort
  readonly onSort: (sort: SliceSort) => void
}

function Heading({ column, text, title, className, sort, onSort }: HeadingProps) {
  const isSorted = sort.column === column
  const Arrow = sort.descending ? IconArrowDown : IconArrowUp
  return (
    <span
      className={className}
      role="columnheader"
      aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}
    >
      <button type="button" className={classes.sort} title={title} onClick={() => onSort(nextSort(sort, column))}>
        {text}
        {isSorted && <Arrow size={12} aria-hidden="true" />}
      </button>
    </span>
  )
}

interface RowProps extends SlicesTableProps {
  readonly row: SliceRow
  readonly index: number
  readonly top: number
  readonly isActive: boolean
  readonly onPoint: () => void
}

function Row({ row, index, top, isActive, onPoint, hovered, onHover, stateOf, onPick, onShow }: RowProps) {
  const key = sliceKey(row)
  const text = valueText(row.value)
  const q = row.badge === 'less' ? row.qLess : row.q
  return (
    <div
      id={`slice-${index}`}
      className={classes.row}
      role="row"
      aria-rowindex={index + 2}
      aria-label={`${text}: ${rowSentence(row)}`}
      data-state={stateOf(row)}
      data-hovered={hovered === key || undefined}
      data-active={isActive || undefined}
      style={{ transform: `translateY(${top}px)` }}
      onMouseEnter={() => onHover(key)}
      onClick={(event) => {
        onPoint()
        onPick(row, event.altKey)
      }}
    >
      <span className={classes.value} role="gridcell" title={text}>
        {text}
      </span>
      <span className={classes.badgeCell} role="gridcell">
        <SliceBadge badge={row.badge} />
      </span>
      <span className={classes.number} role="gridcell" title={formatCount(row.n)}>
        {formatShortCount(row.n)}
      </span>
      <span className={classes.number} role="gridcell" title={formatCount(row.failures)}>
        {formatShortFailures(row.failures)}
      </span>
      <span className={classes.rateCell} role="gridcell">
        <IntervalBar
          value={row.rate}
          interval={row.wilson}
          expected={row.expected}
          tone={toneOf(row.badge)}
          label={rowSentence(row)}
        />
        <span className={classes.rate}>{formatRate(row.rate)}</span>
        <span className={classes.interval}>{formatInterval(row.wilson)}</span>
      </span>
      <span className={classes.numberExtra} role="gridcell">
        {formatRate(row.expected)}
      </span>
      <span className={classes.numberExtra} role="gridcell">
        {formatRate(row.ebMean)}
      </span>
      <span className={classes.number} role="gridcell" title={qTitle(row)}>
        {q === null ? '–' : formatProbability(q)}
      </span>
      <span className={classes.images} role="gridcell">
        <ThumbStrip ids={row.strip} size={28} />
        <ActionIcon
          aria-label={`Show the failing images of ${text}`}
          title="Show the failing images"
          tabIndex={-1}
          onClick={(event) => {
            event.stopPropagation()
            onShow(row, true)
          }}
        >
          <IconPhoto size={16} />
        </ActionIcon>
      </span>
    </div>
  )
}

function qTitle({ badge, q }: SliceRow): string | undefined {
  if (badge === 'less') return 'q of failing less'
  return q === null ? 'Too few images to be found, whatever they did' : undefined
}

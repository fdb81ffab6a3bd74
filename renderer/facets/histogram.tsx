// A number's distribution. Drag over it for a range; the range can be typed as well.
import { NumberInput } from '@mantine/core'
import { useRef, useState } from 'react'
import type { Facet } from '#contract/query.ts'
import { formatCount } from '#core/format/numbers.ts'
import { formatNumber } from '../common/figures.ts'
import { useSession } from '../session/session.ts'
import { rangeOf, roundRange, withRange, type Range } from './facets-model.ts'
import classes from './histogram.module.css'

const height = 44

export function Histogram({ facet }: { facet: Facet & { kind: 'histogram' } }) {
  const { filter, setFilter } = useSession()
  const [dragged, setDragged] = useState<Range | null>(null)
  const svg = useRef<SVGSVGElement>(null)
  const { min, max, edges, counts, path } = facet
  if (min === null || max === null) return <p className={classes.none}>no value</p>
  const low = edges[0] ?? min
  const high = edges.at(-1) ?? max
  const span = high - low || 1
  const greatest = Math.max(1, ...counts)
  const range = dragged ?? rangeOf(filter, path)
  const shareAt = (value: number) => Math.min(Math.max((value - low) / span, 0), 1) * 100
  const valueAt = (clientX: number) => {
    const box = svg.current?.getBoundingClientRect()
    const share = box === undefined || box.width === 0 ? 0 : (clientX - box.left) / box.width
    return low + Math.min(Math.max(share, 0), 1) * span
  }
  const apply = (next: Range | null) => setFilter(withRange(filter, path, next))

  return (
    <div className={classes.histogram}>
      <svg
        ref={svg}
        className={classes.bars}
        viewBox={`0 0 100 ${height}`}
        preserveAspectRatio="none"
        height={height}
        role="img"
        aria-label={`Distribution of ${facet.name}, ${formatNumber(min)} to ${formatNumber(max)}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          const at = valueAt(event.clientX)
          setDragged({ low: at, high: at })
        }}
        onPointerMove={(event) => {
          if (dragged !== null) setDragged({ low: dragged.low, high: valueAt(event.clientX) })
        }}
        onPointerUp={() => {
          if (dragged === null) return
          setDragged(null)
          const ordered = { low: Math.min(dragged.low, dragged.high), high: Math.max(dragged.low, dragged.high) }
          apply(shareAt(ordered.high) - shareAt(ordered.low) < 1.5 ? null : roundRange(ordered))
        }}
      >
        {Array.from(counts, (count, bin) => {
          const left = shareAt(edges[bin] ?? low)
          const right = shareAt(edges[bin + 1] ?? high)
          const middle = ((edges[bin] ?? low) + (edges[bin + 1] ?? high)) / 2
          const isIn =
            range === null || (middle >= Math.min(range.low, range.high) && middle <= Math.max(range.low, range.high))
          const tall = count === 0 ? 0 : Math.max((count / greatest) * (height - 2), 1.5)
          return (
            <rect
              key={bin}
              className={isIn ? classes.bar : classes.out}
              x={left + 0.4}
              y={height - tall}
              width={Math.max(right - left - 0.8, 0.2)}
              height={tall}
            >
              <title>{`${formatNumber(edges[bin] ?? low)} – ${formatNumber(edges[bin + 1] ?? high)}: ${formatCount(count)}`}</title>
            </rect>
          )
        })}
        {range !== null && (
          <rect
            className={classes.brush}
            x={shareAt(Math.min(range.low, range.high))}
            width={Math.abs(shareAt(range.high) - shareAt(range.low))}
            y={0}
            height={height}
          />
        )}
      </svg>
      <div className={classes.inputs}>
        <RangeInput
          label={`${facet.name} from`}
          value={range?.low ?? min}
          onCommit={(value) => apply({ low: value, high: range?.high ?? max })}
        />
        <span className="f-dim">–</span>
        <RangeInput
          label={`${facet.name} to`}
          value={range?.high ?? max}
          onCommit={(value) => apply({ low: range?.low ?? min, high: value })}
        />
      </div>
      {facet.missing > 0 && <p className={classes.none}>{formatCount(facet.missing)} missing</p>}
    </div>
  )
}

function RangeInput({ label, value, onCommit }: { label: string; value: number; onCommit: (value: number) => void }) {
  const shown = Number(value.toPrecision(4))
  return (
    <NumberInput
      key={shown}
      aria-label={label}
      size="xs"
      hideControls
      defaultValue={shown}
      classNames={{ input: classes.input }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur()
      }}
      onBlur={(event) => {
        const next = Number(event.currentTarget.value)
        if (event.currentTarget.value !== '' && Number.isFinite(next) && next !== shown) onCommit(next)
      }}
    />
  )
}

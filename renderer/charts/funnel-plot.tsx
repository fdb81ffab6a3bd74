// The funnel plot, drawn: hover tells, click filters. The table beside it is its keyboard equivalent.
import { useElementSize } from '@mantine/hooks'
import { useMemo, type MouseEvent } from 'react'
import { formatCount, formatRate } from '#core/format/numbers.ts'
import { chanceEnvelope, funnelScales, nearestPoint, type EnvelopePoint, type FunnelPoint } from './funnel-model.ts'
import classes from './funnel-plot.module.css'
import { placeLabels } from './label-placement.ts'
import type { Scale } from './scale.ts'

export interface FunnelMark extends FunnelPoint {
  readonly label: string
  readonly tone: 'always' | 'more' | 'less' | 'none'
  /** One line of figures for the tooltip. */
  readonly detail: string
}

export interface FunnelPlotProps {
  /** Most important first: labels are given in this order. */
  readonly marks: readonly FunnelMark[]
  /** Overall failure rate, the middle of the funnel; in [0, 1]. */
  readonly overall: number
  readonly activeKey: string | null
  readonly onHover: (key: string | null) => void
  readonly onPick: (key: string, exclude: boolean) => void
}

const margin = { top: 10, right: 12, bottom: 34, left: 42 }
const mostLabels = 10

export function FunnelPlot({ marks, overall, activeKey, onHover, onPick }: FunnelPlotProps) {
  const { ref, width, height } = useElementSize()
  const [innerWidth, innerHeight] = [
    Math.max(40, width - margin.left - margin.right),
    Math.max(40, height - margin.top - margin.bottom),
  ]
  const scales = useMemo(
    () => funnelScales(marks, overall, innerWidth, innerHeight),
    [marks, overall, innerWidth, innerHeight],
  )
  const envelopes = useMemo(
    () => [
      { level: 'alarm', points: chanceEnvelope(scales.nRange, overall, 'alarm') },
      { level: 'warning', points: chanceEnvelope(scales.nRange, overall, 'warning') },
    ],
    [scales, overall],
  )
  const labels = useMemo(() => {
    const wanted = marks.filter((mark) => mark.tone !== 'none').slice(0, mostLabels)
    const requests = wanted.map((mark) => ({ key: mark.key, y: scales.y.toPixel(mark.rate) }))
    return placeLabels(requests, 13, innerHeight, 40)
  }, [marks, scales, innerHeight])

  const locate = (event: MouseEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    return nearestPoint(
      marks,
      scales,
      [event.clientX - box.left - margin.left, event.clientY - box.top - margin.top],
      16,
    )
  }
  const active = marks.find((mark) => mark.key === activeKey)

  return (
    <div className={classes.root} ref={ref}>
      {width > 0 && (
        <svg
          className={classes.plot}
          width={width}
          height={height}
          role="img"
          aria-label={`Funnel plot: failure rate against number of images of ${formatCount(marks.length)} slices`}
          data-pointing={active !== undefined || undefined}
          onMouseMove={(event) => onHover(locate(event)?.key ?? null)}
          onMouseLeave={() => onHover(null)}
          onClick={(event) => {
            const mark = locate(event)
            if (mark) onPick(mark.key, event.altKey)
          }}
        >
          <g transform={`translate(${margin.left} ${margin.top})`}>
            <svg width={innerWidth} height={innerHeight}>
              {envelopes.map(({ level, points }) => (
                <path key={level} className={classes.envelope} d={envelopePath(points, scales)} />
              ))}
            </svg>
            <Axes x={scales.x} y={scales.y} width={innerWidth} height={innerHeight} />
            <line
              className={classes.overall}
              x1={0}
              x2={innerWidth}
              y1={scales.y.toPixel(overall)}
              y2={scales.y.toPixel(overall)}
            />
            {marks.toReversed().map((mark) => (
              <path
                key={mark.key}
                className={classes.mark}
                data-tone={mark.tone}
                data-active={mark.key === activeKey || undefined}
                d={shapes[mark.tone]}
                transform={`translate(${scales.x.toPixel(mark.n)} ${scales.y.toPixel(mark.rate)})`}
              />
            ))}
            {marks.map((mark) => {
              const y = labels.get(mark.key)
              if (y === undefined) return null
              return <PointLabel key={mark.key} mark={mark} x={scales.x.toPixel(mark.n)} y={y} width={innerWidth} />
            })}
          </g>
        </svg>
      )}
      {active && (
        <div
          className={classes.tooltip}
          data-side={scales.x.toPixel(active.n) > innerWidth / 2 ? 'left' : 'right'}
          style={tooltipPlace(scales, active, width)}
        >
          <strong>{active.label}</strong>
          <span>{active.detail}</span>
        </div>
      )}
    </div>
  )
}

const shapes = {
  always: 'M0-6.5L6 0L0 6.5L-6 0Z',
  more: 'M0-5.5L5.5 4.5L-5.5 4.5Z',
  less: 'M0 5.5L5.5-4.5L-5.5-4.5Z',
  none: 'M-3.5 0A3.5 3.5 0 1 1 3.5 0A3.5 3.5 0 1 1-3.5 0Z',
} as const

function Axes({ x, y, width, height }: { x: Scale; y: Scale; width: number; height: number }) {
  return (
    <g className={classes.axes} aria-hidden="true">
      {y.ticks.map((tick) => (
        <g key={tick} transform={`translate(0 ${y.toPixel(tick)})`}>
          <line x2={width} />
          <text x={-6} dy=".32em" textAnchor="end">
            {formatRate(tick)}
          </text>
        </g>
      ))}
      {thinTicks(x).map((tick) => (
        <text
          key={tick}
          x={x.toPixel(tick)}
          y={height + 14}
          textAnchor={width - x.toPixel(tick) < 20 ? 'end' : 'middle'}
        >
          {formatCount(tick)}
        </text>
      ))}
      <text className={classes.title} x={width / 2} y={height + 29} textAnchor="middle">
        images in the slice
      </text>
    </g>
  )
}

function thinTicks(x: Scale): readonly number[] {
  let last = -Infinity
  return x.ticks.filter((tick) => {
    if (x.toPixel(tick) - last < 34) return false
    last = x.toPixel(tick)
    return true
  })
}

function PointLabel({ mark, x, y, width }: { mark: FunnelMark; x: number; y: number; width: number }) {
  const leftward = x > width * 0.62
  const text = mark.label.length > 18 ? `${mark.label.slice(0, 17)}…` : mark.label
  return (
    <text
      className={classes.label}
      x={leftward ? x - 9 : x + 9}
      y={y}
      dy=".34em"
      textAnchor={leftward ? 'end' : 'start'}
    >
      {text}
    </text>
  )
}

function envelopePath(points: readonly EnvelopePoint[], { x, y }: { x: Scale; y: Scale }): string {
  const upper = points.map((point) => `${x.toPixel(point.n).toFixed(1)} ${y.toPixel(point.high).toFixed(1)}`)
  const lower = points.map((point) => `${x.toPixel(point.n).toFixed(1)} ${y.toPixel(point.low).toFixed(1)}`)
  return `M${[...upper, ...lower.toReversed()].join('L')}Z`
}

function tooltipPlace({ x, y }: { x: Scale; y: Scale }, mark: FunnelMark, width: number) {
  const [left, top] = [x.toPixel(mark.n) + margin.left, y.toPixel(mark.rate) + margin.top]
  return left > width / 2 ? { right: width - left + 12, top } : { left: left + 12, top }
}

// The reliability plot: how often answers of a confidence are right, against that confidence. On the diagonal the model means what it says.
import type { Calibration } from '#contract/metrics.ts'
import { formatCount, formatRate } from '#core/format/numbers.ts'
import { linearScale } from '../charts/scale.ts'
import classes from './metrics.module.css'

const size = { width: 280, height: 250 }
const margin = { top: 8, right: 18, bottom: 34, left: 42 }
const histogramHeight = 28
const plot = {
  width: size.width - margin.left - margin.right,
  height: size.height - margin.top - margin.bottom - histogramHeight - 4,
}

export function ReliabilityPlot({ calibration, name }: { calibration: Calibration; name: string }) {
  const x = linearScale([0, 1], [0, plot.width], 5)
  const y = linearScale([0, 1], [plot.height, 0], 5)
  const most = Math.max(...calibration.bins.map(({ n }) => n))
  const foot = plot.height + histogramHeight + 4
  return (
    <svg
      className={classes.reliability}
      width={size.width}
      height={size.height}
      role="img"
      aria-label={`Reliability of ${name}: calibration error ${calibration.ece.toFixed(3)} over ${formatCount(calibration.n)} samples`}
    >
      <g transform={`translate(${margin.left} ${margin.top})`}>
        <g className={classes.axes} aria-hidden="true">
          {y.ticks.map((tick) => (
            <g key={tick} transform={`translate(0 ${y.toPixel(tick)})`}>
              <line x2={plot.width} />
              <text x={-6} dy=".32em" textAnchor="end">
                {formatRate(tick)}
              </text>
            </g>
          ))}
          {x.ticks.map((tick) => (
            <text key={tick} x={x.toPixel(tick)} y={foot + 13} textAnchor="middle">
              {formatRate(tick)}
            </text>
          ))}
          <text x={plot.width / 2} y={foot + 27} textAnchor="middle">
            confidence
          </text>
        </g>
        <line className={classes.diagonal} x1={0} y1={plot.height} x2={plot.width} y2={0} />
        {calibration.bins.map(({ from, to, n, confidence, accuracy, wilson }) => (
          <g key={from}>
            <title>
              {`Confidence ${formatRate(confidence)} on average: ${formatRate(accuracy)} right of ${formatCount(n)}`}
            </title>
            <rect
              className={classes.count}
              x={x.toPixel(from) + 0.5}
              width={x.toPixel(to) - x.toPixel(from) - 1}
              y={foot - (histogramHeight * n) / most}
              height={(histogramHeight * n) / most}
            />
            <line
              className={classes.interval}
              x1={x.toPixel(confidence)}
              x2={x.toPixel(confidence)}
              y1={y.toPixel(wilson[0])}
              y2={y.toPixel(wilson[1])}
            />
            <circle className={classes.point} cx={x.toPixel(confidence)} cy={y.toPixel(accuracy)} r={3.5} />
          </g>
        ))}
      </g>
    </svg>
  )
}

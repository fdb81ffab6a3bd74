// One confusion matrix with its reading aids: class search, legend, ranked pairs of confused classes.
import { Select, useComputedColorScheme } from '@mantine/core'
import { IconArrowRight, IconSearch } from '@tabler/icons-react'
import { useMemo, useRef, useState } from 'react'
import type { Confusion } from '#contract/confusion.ts'
import { cssColor } from '../charts/palette.ts'
import { SparkBar } from '../charts/spark-bar.tsx'
import { formatCount, formatRate } from '#core/format/numbers.ts'
import { formatNumber, formatPlural } from '../common/figures.ts'
import { SaveMenu } from '../save/save-menu.tsx'
import { confusionCsv } from './confusion-csv.ts'
import { Legend } from './legend.tsx'
import { MatrixCanvas } from './matrix-canvas.tsx'
import { matrixAxes } from './axis-model.ts'
import { findCell } from './gather-cells.ts'
import { drawMatrix, type DrawnMatrix } from './matrix-model.ts'
import type { Spot } from './paint-matrix.ts'
import { magnitudeColor, matrixPicture } from './pictures.ts'
import { UnjudgedNote } from './unjudged-note.tsx'
import type { ConfusionScreen } from './use-confusion.ts'
import classes from './confusion.module.css'

export function MatrixPanel({ screen, confusion }: { screen: ConfusionScreen; confusion: Confusion }) {
  const { state, cellFilter, open } = screen
  const dark = useComputedColorScheme() === 'dark'
  const { order, top, foldOutside } = state.matrix
  // Putting classes in order takes longest: not again for another scale or colour.
  const axes = useMemo(() => matrixAxes(confusion, { order, top, foldOutside }), [confusion, order, top, foldOutside])
  const drawn = useMemo(() => drawMatrix(confusion, state.matrix, axes), [confusion, state.matrix, axes])
  const picture = useMemo(() => matrixPicture(drawn, dark), [drawn, dark])
  const matrix = useRef<HTMLDivElement>(null)
  const [goTo, setGoTo] = useState<{ spot: Spot; wish: number } | null>(null)
  const [wanted, setWanted] = useState<string | null>(null)

  const lookFor = (name: string | null) => {
    setWanted(name)
    if (name === null) return
    const row = drawn.rows.findIndex((entry) => entry.name === name)
    const column = drawn.columns.findIndex((entry) => entry.name === name)
    if (row >= 0 || column >= 0) setGoTo((before) => ({ spot: { row, column }, wish: (before?.wish ?? 0) + 1 }))
  }
  const names = useMemo(
    () => [...new Set([...axes.rows, ...axes.columns].filter(({ kind }) => kind === 'class').map(({ name }) => name))],
    [axes],
  )
  const pairs = confusion.pairs.filter((pair) => wanted === null || pair.truth === wanted || pair.predicted === wanted)
  const most = Math.max(1, ...confusion.pairs.map((pair) => pair.count))
  const entryOf = (name: string) => {
    const index = confusion.classes.findIndex((some) => some.name === name)
    return { kind: index === confusion.refused ? ('refused' as const) : ('class' as const), name, members: [index] }
  }
  const unit = state.matrix.scale === 'count' ? (value: number) => formatCount(value) : formatRate

  return (
    <div className={classes.split}>
      <div className={classes.matrix} ref={matrix}>
        <MatrixCanvas
          name={`Confusion matrix of ${confusion.model}`}
          picture={picture}
          goTo={goTo}
          describe={(spot) => <SpotText spot={spot} drawn={drawn} />}
          onOpen={(spot, exclude) => {
            const [row, column] = [drawn.rows[spot.row] ?? null, drawn.columns[spot.column] ?? null]
            open(cellFilter(confusion, row, column, state.value), exclude)
          }}
        />
        <Legend
          from={unit(0)}
          to={unit(drawn.maxValue)}
          colorAt={(t) => cssColor(magnitudeColor(t, dark))}
          log={state.matrix.log}
        />
      </div>
      <section className={classes.side} aria-label="Confused pairs">
        <header>
          <h2>
            {wanted === null ? 'Most confused' : `Confused with ${wanted}`}{' '}
            <SaveMenu name={`Confusion of ${confusion.model}`} picture={matrix} rows={() => confusionCsv(confusion)} />
          </h2>
          <p className="f-dim">
            {formatCount(confusion.wrong)} wrong of {formatPlural(confusion.n, 'sample')}
            {confusion.n > 0 && ` (${formatRate(confusion.wrong / confusion.n)})`}
          </p>
          <UnjudgedNote screen={screen} confusion={confusion} />
          <Select
            aria-label="Search a class"
            placeholder="Search a class"
            data={names}
            value={wanted}
            onChange={lookFor}
            searchable
            clearable
            limit={100}
            leftSection={<IconSearch size={14} />}
            nothingFoundMessage="No such class here"
          />
        </header>
        <ol className={classes.pairs}>
          {pairs.map((pair) => (
            <li key={`${pair.truth}\n${pair.predicted}`}>
              <button
                type="button"
                title={pairTitle(pair)}
                onClick={(event) =>
                  open(cellFilter(confusion, entryOf(pair.truth), entryOf(pair.predicted), state.value), event.altKey)
                }
              >
                <span className={classes.pairName}>
                  {pair.truth} <IconArrowRight size={12} aria-label="answered" /> {pair.predicted}
                </span>
                <span className={classes.pairBar}>
                  <SparkBar share={pair.count / most} tone="more" />
                </span>
                <span className={classes.pairCount}>
                  {formatCount(pair.count)} <span className="f-dim">of {formatCount(pair.n)}</span>
                </span>
              </button>
            </li>
          ))}
          {pairs.length === 0 && <li className={classes.none}>No wrong answers here.</li>}
        </ol>
      </section>
    </div>
  )
}

function pairTitle({ truth, predicted, count, n, rate, lift }: Confusion['pairs'][number]): string {
  const often = lift === null ? '' : `\nlift ${formatNumber(lift)}: times the share of this answer among all samples`
  return `${truth} answered ${predicted}: ${formatCount(count)} of ${formatCount(n)} (${formatRate(rate)})${often}`
}

function SpotText({ spot, drawn }: { spot: Spot; drawn: DrawnMatrix }) {
  const [row, column] = [drawn.rows[spot.row], drawn.columns[spot.column]]
  if (row === undefined && column === undefined) return null
  if (row === undefined) {
    return (
      <>
        <strong>{column?.name}</strong> answered {formatPlural(drawn.columnTotals[spot.column] ?? 0, 'time')}
      </>
    )
  }
  const n = drawn.rowTotals[spot.row] ?? 0
  if (column === undefined) {
    return (
      <>
        <strong>{row.name}</strong> {formatPlural(n, 'sample')}
      </>
    )
  }
  const count = drawn.cells.count[findCell(drawn.cells, spot.row, spot.column)] ?? 0
  // Those without a prediction are beside the judged ones, except in rows that have no judged ones.
  const isBeside = column.kind === 'no prediction' && row.kind !== 'no class' && row.kind !== 'unaccepted'
  const of = isBeside ? n + count : n
  return (
    <>
      <strong>{row.name}</strong> <IconArrowRight size={12} aria-label="answered" /> <strong>{column.name}</strong>{' '}
      {formatCount(count)} of {formatCount(of)}
      {of > 0 && ` (${formatRate(count / of)})`}
    </>
  )
}

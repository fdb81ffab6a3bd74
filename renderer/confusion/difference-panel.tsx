// The difference of two confusion matrices: what one value of a field adds to the confusions of another.
import { useComputedColorScheme } from '@mantine/core'
import { IconArrowRight } from '@tabler/icons-react'
import { useMemo, useRef } from 'react'
import type { FilterExpr } from '#core/filter/expr.ts'
import { formatPoints, formatProbability } from '../charts/figures.ts'
import { cssColor, diverging } from '../charts/palette.ts'
import { formatCount } from '#core/format/numbers.ts'
import { formatPlural } from '../common/figures.ts'
import { EmptyNote } from '../common/notes.tsx'
import type { AxisClass, ConfusionDifference } from '#contract/confusion.ts'
import { cellDifference, sureQ, type CellDifference } from '#core/confusion/cell-differences.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { valueText } from '../parts/filters.ts'
import { QueryView } from '../parts/query-view.tsx'
import { SaveMenu } from '../save/save-menu.tsx'
import { differenceCsv } from './confusion-csv.ts'
import {
  changedPairs,
  countSure,
  differenceAt,
  drawDifference,
  type DifferenceSource,
  type DrawnDifference,
} from './difference-model.ts'
import type { AxisEntry } from './axis-model.ts'
import { Legend } from './legend.tsx'
import { MatrixCanvas } from './matrix-canvas.tsx'
import type { Spot } from './paint-matrix.ts'
import { differencePicture } from './pictures.ts'
import type { ConfusionScreen } from './use-confusion.ts'
import classes from './confusion.module.css'

const mostPairs = 200

export function DifferencePanel({ screen }: { screen: ConfusionScreen }) {
  const { session, state } = screen
  const other = session.dataset.runs.find(({ model }) => model === state.minusModel && model !== screen.model)
  return other === undefined ? (
    <ValueDifference screen={screen} />
  ) : (
    <RunDifference screen={screen} minus={other.model} />
  )
}

function RunDifference({ screen, minus }: { screen: ConfusionScreen; minus: string }) {
  const { session, model, base } = screen
  const query = useEngineQuery('confusion.runDifference', { dataset: session.dataset.id, filter: base, model, minus })
  return (
    <QueryView query={query} name="Difference" lines={10} className={classes.fill}>
      {(difference) => (
        <Drawn
          screen={screen}
          difference={difference}
          sides={[model, minus]}
          of={`${formatPlural(difference.n[0], 'sample')} that both have judged${leftOut(difference, true)}.`}
          samplesOf={(row, column) => screen.runCellFilter(difference, row, column)}
        />
      )}
    </QueryView>
  )
}

function ValueDifference({ screen }: { screen: ConfusionScreen }) {
  const { session, model, by, state, base } = screen
  const query = useEngineQuery(
    'confusion.difference',
    {
      dataset: session.dataset.id,
      filter: base,
      model,
      by: by?.path ?? { kind: 'field', name: '' },
      value: state.value ?? null,
      minus: state.minus,
    },
    { enabled: by !== null && state.value !== undefined && state.value !== null },
  )
  if (state.value === undefined || state.value === null) {
    return (
      <EmptyNote title="Choose a value">
        Its confusions, less those of another value or of all others, show what that value adds. Pick one above.
      </EmptyNote>
    )
  }
  return (
    <QueryView query={query} name="Difference" lines={10} className={classes.fill}>
      {(difference) => (
        <Drawn
          screen={screen}
          difference={difference}
          sides={[valueText(difference.value), difference.minus === null ? 'others' : valueText(difference.minus)]}
          of={`${formatCount(difference.n[0])} against ${formatPlural(difference.n[1], 'sample')}${leftOut(difference)}.`}
          samplesOf={(row, column) => screen.cellFilter(difference, row, column, difference.value)}
        />
      )}
    </QueryView>
  )
}

/** "; 12 and 30 more are not judged", or ", of 1,485" where both sides are the same samples. */
function leftOut({ n, samples }: Pick<ConfusionDifference, 'n' | 'samples'>, isSame = false): string {
  const [a, b] = [samples[0] - n[0], samples[1] - n[1]]
  if (a + b === 0) return ''
  return isSame ? `, of ${formatCount(samples[0])}` : `; ${formatCount(a)} and ${formatCount(b)} more are not judged`
}

interface DrawnProps {
  readonly screen: ConfusionScreen
  readonly difference: DifferenceSource & { readonly classes: readonly AxisClass[] }
  /** What is subtracted from what. */
  readonly sides: readonly [string, string]
  /** The samples compared, as a sentence. */
  readonly of: string
  /** The samples that a click shows. */
  readonly samplesOf: (row: AxisEntry | null, column: AxisEntry | null) => FilterExpr
}

function Drawn({ screen, difference, sides: [name, other], of, samplesOf }: DrawnProps) {
  const { state, open } = screen
  const dark = useComputedColorScheme() === 'dark'
  const drawn = useMemo(() => drawDifference(difference, state.matrix), [difference, state.matrix])
  const picture = useMemo(() => differencePicture(drawn, dark), [drawn, dark])
  const pairs = useMemo(() => changedPairs(difference, mostPairs), [difference])
  const sure = useMemo(() => countSure(difference), [difference])
  const matrix = useRef<HTMLDivElement>(null)
  const entryOf = (index: number) => ({
    kind: index === difference.refused ? ('refused' as const) : ('class' as const),
    name: difference.classes[index]?.name ?? '',
    members: [index],
  })
  const reach = `${formatPoints(drawn.maxDifference)} points`
  return (
    <div className={classes.split}>
      <div className={classes.matrix} ref={matrix}>
        <MatrixCanvas
          name={`Confusion of ${name} minus ${other}`}
          picture={picture}
          goTo={null}
          describe={(spot) => <SpotText spot={spot} drawn={drawn} of={difference} name={name} other={other} />}
          onOpen={(spot, exclude) => {
            const [row, column] = [drawn.axes.rows[spot.row] ?? null, drawn.axes.columns[spot.column] ?? null]
            open(samplesOf(row, column), exclude)
          }}
        />
        <Legend
          from={`−${reach.slice(1)}`}
          to={reach}
          colorAt={(t) => cssColor(diverging(2 * t - 1, dark))}
          note="grey: could be chance"
        />
      </div>
      <section className={classes.side} aria-label="Changed pairs">
        <header>
          <h2>
            {name} minus {other}{' '}
            <SaveMenu
              name={`Confusion ${name} minus ${other}`}
              picture={matrix}
              rows={() => differenceCsv(difference, [name, other])}
            />
          </h2>
          <p className="f-dim">
            {of}{' '}
            {sure === 0
              ? 'No cell differs by more than chance would make it'
              : `${formatPlural(sure, 'cell')} ${sure === 1 ? 'differs' : 'differ'} by more than chance`}{' '}
            (q ≤ .10 over {formatPlural(difference.tested, 'cell')} with enough samples to tell).
          </p>
        </header>
        <ol className={classes.pairs} data-changes>
          {pairs.map((cell) => (
            <li key={`${cell.truth} ${cell.predicted}`} data-chance={cell.q === null || cell.q > sureQ || undefined}>
              <button
                type="button"
                title={cellText(cell, name, other)}
                onClick={(event) => open(samplesOf(entryOf(cell.truth), entryOf(cell.predicted)), event.altKey)}
              >
                <span className={classes.pairName}>
                  {entryOf(cell.truth).name} <IconArrowRight size={12} aria-label="answered" />{' '}
                  {entryOf(cell.predicted).name}
                </span>
                <span className={classes.pairChange}>{formatPoints(cell.difference ?? 0)}</span>
                <span className={classes.pairCount}>{countsText(cell)}</span>
              </button>
            </li>
          ))}
          {pairs.length === 0 && <li className={classes.none}>The two answer alike wherever they can be compared.</li>}
        </ol>
      </section>
    </div>
  )
}

/** "4/5 : 1/9" */
function countsText({ counts, n }: CellDifference): string {
  return `${counts[0]}/${n[0]} : ${counts[1]}/${n[1]}`
}

/** "beach 4 of 5, others 1 of 9: +69 points [12, 89], q .04" */
function cellText({ counts, n, difference, interval, q }: CellDifference, name: string, other: string): string {
  const sides = `${name} ${counts[0]} of ${n[0]}, ${other} ${counts[1]} of ${n[1]}`
  if (difference === null) return `${sides}; no sample of the class on one side`
  const range = interval === null ? '' : ` [${formatPoints(interval[0])}, ${formatPoints(interval[1])}]`
  const chance = q === null || q > sureQ ? ', could be chance' : ''
  return `${sides}: ${formatPoints(difference)} points${range}${q === null ? '' : `, q ${formatProbability(q)}`}${chance}`
}

interface SpotTextProps {
  readonly spot: Spot
  readonly drawn: DrawnDifference
  readonly of: DifferenceSource
  readonly name: string
  readonly other: string
}

function SpotText({ spot, drawn, of, name, other }: SpotTextProps) {
  const [row, column] = [drawn.axes.rows[spot.row], drawn.axes.columns[spot.column]]
  const found = differenceAt(drawn, spot.row, spot.column)
  const cell = found === -1 ? null : cellDifference(of, found)
  return (
    <>
      <strong>{row?.name}</strong>
      {row && column && <IconArrowRight size={12} aria-label="answered" />} <strong>{column?.name}</strong>{' '}
      {cell && cellText(cell, name, other)}
      {cell === null && (row?.kind === 'other' || column?.kind === 'other') && (
        <span className="f-dim">sums over several classes are not compared</span>
      )}
    </>
  )
}

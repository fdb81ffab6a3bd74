// Small multiples: one matrix a value of a field, all laid out alike. A click opens that value's matrix.
import { Button, useComputedColorScheme } from '@mantine/core'
import { useEffect, useMemo, useRef } from 'react'
import type { Confusion } from '#contract/confusion.ts'
import type { Scalar } from '#core/filter/expr.ts'
import { formatCount, formatRate } from '#core/format/numbers.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { valueText } from '../parts/filters.ts'
import { QueryView } from '../parts/query-view.tsx'
import { createViewState } from '../parts/view-state.ts'
import { readColors } from './matrix-canvas.tsx'
import { matrixAxes, transferAxes, type MatrixAxes } from './axis-model.ts'
import { drawMatrix } from './matrix-model.ts'
import { paintTile } from './paint-matrix.ts'
import { matrixPicture } from './pictures.ts'
import type { ConfusionScreen } from './use-confusion.ts'
import classes from './confusion.module.css'

const tilesAtFirst = 12
const tilePx = 148

const useTilesState = createViewState<{ readonly shown: number }>({ shown: tilesAtFirst })

/** `whole`: the matrix of all values, whose layout every tile takes over. */
export function ValueTiles({ screen, whole }: { screen: ConfusionScreen; whole: Confusion }) {
  const { session, by, base, state } = screen
  const [{ shown }, change] = useTilesState(session.dataset.id)
  const { order, top, foldOutside } = state.matrix
  const axes = useMemo(() => matrixAxes(whole, { order, top, foldOutside }), [whole, order, top, foldOutside])
  const path = by?.path ?? { kind: 'field' as const, name: '' }
  const counts = useEngineQuery(
    'query.counts',
    { dataset: session.dataset.id, filter: base, facets: [path], top: 1000 },
    { enabled: by !== null },
  )
  return (
    <QueryView query={counts} name="Values" className={classes.tilesBox}>
      {({ facets: [facet] }) => {
        const values = facet?.kind === 'values' ? facet.values : []
        return (
          <>
            <div className={classes.tiles}>
              {values.slice(0, shown).map(({ value }) => (
                <Tile key={JSON.stringify(value)} screen={screen} value={value} whole={whole} axes={axes} />
              ))}
            </div>
            {values.length > shown && (
              <Button variant="default" mt="md" onClick={() => change({ shown: shown + 24 })}>
                Show more of {formatCount(values.length)} values
              </Button>
            )}
          </>
        )
      }}
    </QueryView>
  )
}

interface TileProps {
  readonly screen: ConfusionScreen
  readonly value: Scalar | null
  readonly whole: Confusion
  readonly axes: MatrixAxes
}

function Tile({ screen, value, whole, axes }: TileProps) {
  const { session, model, by, base, change } = screen
  const query = useEngineQuery('confusion.compute', {
    dataset: session.dataset.id,
    filter: base,
    model,
    by: by?.path ?? null,
    value,
  })
  const name = valueText(value)
  const figures = query.data && `${formatCount(query.data.wrong)} of ${formatCount(query.data.n)} wrong`
  return (
    <button
      type="button"
      className={classes.tile}
      aria-label={`Confusion on ${name}${figures === undefined ? '' : `: ${figures}`}`}
      onClick={() => change({ mode: 'matrix', value })}
    >
      <span className={classes.tileHead}>
        <strong>{name}</strong>
        {query.data && query.data.n > 0 && <span>{formatRate(query.data.wrong / query.data.n)}</span>}
      </span>
      <span className={classes.tileSpace}>
        {query.data && <TileCanvas screen={screen} confusion={query.data} whole={whole} axes={axes} />}
        {query.status === 'error' && <span className="f-dim">{query.error.message}</span>}
      </span>
      <span className={classes.tileFoot}>{figures ?? ' '}</span>
    </button>
  )
}

interface TileCanvasProps {
  readonly screen: ConfusionScreen
  readonly confusion: Confusion
  readonly whole: Confusion
  readonly axes: MatrixAxes
}

function TileCanvas({ screen, confusion, whole, axes }: TileCanvasProps) {
  const { matrix } = screen.state
  const canvas = useRef<HTMLCanvasElement>(null)
  const dark = useComputedColorScheme() === 'dark'
  const picture = useMemo(
    () => matrixPicture(drawMatrix(confusion, matrix, transferAxes(whole, axes, confusion)), dark),
    [confusion, whole, axes, matrix, dark],
  )
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!element || !context) return
    element.width = tilePx * devicePixelRatio
    element.height = tilePx * devicePixelRatio
    paintTile(context, picture, tilePx, readColors(element))
  }, [picture])
  return <canvas ref={canvas} className={classes.tileCanvas} style={{ width: tilePx, height: tilePx }} />
}

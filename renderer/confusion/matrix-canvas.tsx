// A matrix one can move in. Wheel zooms, drag pans, arrows walk from cell to cell, Enter opens; every event names a spot.
import { useComputedColorScheme } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'
import { gutter, paintFrame, paintMatrix, type PaintColors, type Spot } from './paint-matrix.ts'
import type { MatrixPicture } from './pictures.ts'
import {
  cellAt,
  centreOn,
  fitViewport,
  namedAt,
  panViewport,
  revealCell,
  zoomViewport,
  type Viewport,
} from './viewport.ts'
import classes from './confusion.module.css'

export interface MatrixCanvasProps {
  readonly picture: MatrixPicture
  /** Accessible name. */
  readonly name: string
  /** Goes there when it changes; the number tells a new wish from an old one. */
  readonly goTo: { readonly spot: Spot; readonly wish: number } | null
  readonly describe: (spot: Spot) => ReactNode
  readonly onOpen: (spot: Spot, exclude: boolean) => void
}

const dragFromPx = 4

export function MatrixCanvas({ picture, name, goTo, describe, onOpen }: MatrixCanvasProps) {
  const { ref: box, width, height } = useElementSize()
  const canvas = useRef<HTMLCanvasElement>(null)
  const below = useRef<HTMLCanvasElement>(null)
  const scheme = useComputedColorScheme()
  const extent = useMemo(
    () => ({
      rows: picture.rows.length,
      columns: picture.columns.length,
      width: Math.max(1, width - gutter.left - gutter.end),
      height: Math.max(1, height - gutter.top - gutter.end),
    }),
    [picture, width, height],
  )
  const [moved, setMoved] = useState<Viewport | null>(null)
  const [focus, setFocus] = useState<Spot | null>(null)
  const drag = useRef<{ x: number; y: number; far: boolean } | null>(null)
  const viewport = useMemo(() => moved ?? fitViewport(extent), [moved, extent])

  // Other classes, or the same in another order: what was in view is somewhere else now.
  const shape = useMemo(() => [...picture.rows, '', ...picture.columns].join('\n'), [picture])
  const [knownShape, setKnownShape] = useState(shape)
  if (shape !== knownShape) {
    setKnownShape(shape)
    setMoved(null)
    setFocus(null)
  }
  const [knownWish, setKnownWish] = useState(0)
  if (goTo !== null && goTo.wish !== knownWish && width > 0) {
    setKnownWish(goTo.wish)
    setFocus(goTo.spot)
    setMoved(centreOn(viewport, Math.max(0, goTo.spot.row), Math.max(0, goTo.spot.column), extent))
  }

  useEffect(() => {
    const context = fitCanvas(below.current, width, height)
    if (context) paintMatrix(context, picture, viewport, extent, readColors(context.canvas))
  }, [picture, viewport, extent, scheme, width, height])

  useEffect(() => {
    const context = fitCanvas(canvas.current, width, height)
    if (context) paintFrame(context, picture, viewport, extent, focus, readColors(context.canvas))
  }, [picture, viewport, extent, focus, scheme, width, height])

  useEffect(() => {
    const element = canvas.current
    if (!element) return
    // React's own wheel listeners are passive and could not keep the page from scrolling.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const at = [event.offsetX - gutter.left, event.offsetY - gutter.top] as const
      const factor = Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.002))
      setMoved((before) => zoomViewport(before ?? fitViewport(extent), factor, at, extent))
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [extent])

  const spotAt = (event: PointerEvent): Spot | null => {
    const bounds = event.currentTarget.getBoundingClientRect()
    const [x, y] = [event.clientX - bounds.left - gutter.left, event.clientY - bounds.top - gutter.top]
    if (x < 0 && y < 0) return null
    const { classRows, classColumns } = picture
    const [named, at] = x < 0 ? [classRows, y] : [classColumns, x]
    const apart = x < 0 || y < 0 ? namedAt(viewport, x < 0 ? 'row' : 'column', at, named, extent) : null
    if (apart !== null) return x < 0 ? { row: apart, column: -1 } : { row: -1, column: apart }
    const found = cellAt(viewport, [Math.max(x, 0), Math.max(y, 0)], extent)
    return found && { row: y < 0 ? -1 : found.row, column: x < 0 ? -1 : found.column }
  }
  const middle = [extent.width / 2, extent.height / 2] as const
  const zoom = (factor: number) => {
    const at = focus === null ? middle : pixelOf(viewport, focus, middle)
    setMoved(zoomViewport(viewport, factor, at, extent))
  }
  const walk = (rows: number, columns: number) => {
    const row = clamp((focus?.row ?? 0) + (focus ? rows : 0), extent.rows)
    const column = clamp((focus?.column ?? 0) + (focus ? columns : 0), extent.columns)
    setFocus({ row, column })
    setMoved(revealCell(viewport, row, column, extent))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const far = event.shiftKey ? 10 : 1
    const acts: Record<string, () => void> = {
      ArrowDown: () => walk(far, 0),
      ArrowUp: () => walk(-far, 0),
      ArrowRight: () => walk(0, far),
      ArrowLeft: () => walk(0, -far),
      '+': () => zoom(1.5),
      '=': () => zoom(1.5),
      '-': () => zoom(1 / 1.5),
      '0': () => setMoved(null),
      Enter: () => focus && onOpen(focus, event.altKey),
    }
    const act = acts[event.key]
    if (act === undefined || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    act()
  }

  return (
    <>
      <div className={classes.canvasBox} ref={box}>
        <canvas ref={below} className={classes.canvas} aria-hidden="true" />
        <canvas
          ref={canvas}
          className={classes.canvas}
          role="application"
          tabIndex={0}
          aria-label={`${name}. Arrows move, Enter opens the images, plus and minus zoom.`}
          onKeyDown={onKeyDown}
          onPointerDown={(event) => {
            drag.current = { x: event.clientX, y: event.clientY, far: false }
            event.currentTarget.setPointerCapture(event.pointerId)
          }}
          onPointerMove={(event) => {
            const from = drag.current
            if (from === null) return setFocus(spotAt(event))
            const [dx, dy] = [event.clientX - from.x, event.clientY - from.y]
            if (!from.far && Math.hypot(dx, dy) < dragFromPx) return
            drag.current = { x: event.clientX, y: event.clientY, far: true }
            setMoved(panViewport(viewport, dx, dy, extent))
          }}
          onPointerUp={(event) => {
            const wasClick = drag.current?.far === false
            drag.current = null
            const spot = spotAt(event)
            if (wasClick && spot && event.button === 0) onOpen(spot, event.altKey)
          }}
          onPointerLeave={() => setFocus(null)}
        />
        {moved !== null && (
          <button type="button" className={classes.fit} onClick={() => setMoved(null)}>
            Fit
          </button>
        )}
      </div>
      <div className={classes.readout} aria-live="polite">
        {focus === null ? <span className="f-dim">Rows: truth. Columns: answer.</span> : describe(focus)}
      </div>
    </>
  )
}

export function readColors(element: Element): PaintColors {
  const style = getComputedStyle(element)
  const read = (name: string) => style.getPropertyValue(name).trim()
  return {
    ground: read('--f-raised'),
    line: read('--f-line'),
    text: read('--f-text'),
    dim: read('--f-dim'),
    accent: read('--f-accent'),
  }
}

/** Sizes the canvas in device pixels; null while there is nothing to paint on. */
function fitCanvas(canvas: HTMLCanvasElement | null, width: number, height: number): CanvasRenderingContext2D | null {
  if (canvas === null || width === 0) return null
  const [across, down] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)]
  // Setting a size clears the canvas and lets its memory go, so only when it changes.
  if (canvas.width !== across) canvas.width = across
  if (canvas.height !== down) canvas.height = down
  return canvas.getContext('2d')
}

/** The middle of a cell in focus; `otherwise` along an axis that the focus leaves open. */
function pixelOf(
  { cell, left, top }: Viewport,
  { row, column }: Spot,
  otherwise: readonly [number, number],
): readonly [number, number] {
  return [column < 0 ? otherwise[0] : (column + 0.5 - left) * cell, row < 0 ? otherwise[1] : (row + 0.5 - top) * cell]
}

function clamp(index: number, count: number): number {
  return Math.min(Math.max(index, 0), count - 1)
}

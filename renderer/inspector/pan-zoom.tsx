// A picture that can be zoomed with the wheel and the buttons, and moved by dragging. A double click fits it again.
import { ActionIcon } from '@mantine/core'
import { IconMaximize, IconZoomIn, IconZoomOut } from '@tabler/icons-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { panBy, wholeView, zoomAt } from './pan-zoom-model.ts'
import classes from './pan-zoom.module.css'

interface PanZoomProps {
  /** A new value fits the picture again. */
  readonly resetKey: unknown
  readonly children: ReactNode
  /** More buttons, beside those for the zoom. */
  readonly buttons?: ReactNode
}

const step = 1.5

export function PanZoom({ resetKey, children, buttons }: PanZoomProps) {
  const [view, setView] = useState(wholeView)
  const [isDragging, setDragging] = useState(false)
  const frame = useRef<HTMLDivElement>(null)
  useEffect(() => setView(wholeView), [resetKey])

  const sizeOf = () => ({ width: frame.current?.clientWidth ?? 1, height: frame.current?.clientHeight ?? 1 })
  const zoom = (factor: number, point = { x: 0, y: 0 }) => setView((old) => zoomAt(old, factor, point, sizeOf()))

  // React's own wheel listener is passive; the page must not scroll along.
  useEffect(() => {
    const element = frame.current
    if (element === null) return
    const listener = (event: WheelEvent) => {
      event.preventDefault()
      const box = element.getBoundingClientRect()
      const point = { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 }
      setView((old) => zoomAt(old, Math.exp(-event.deltaY / 300), point, box))
    }
    element.addEventListener('wheel', listener, { passive: false })
    return () => element.removeEventListener('wheel', listener)
  }, [])

  return (
    <div className={classes.frame}>
      <div
        ref={frame}
        className={classes.stage}
        data-zoomed={view.scale > 1}
        data-dragging={isDragging}
        onDoubleClick={() => setView(wholeView)}
        onPointerDown={(event) => {
          if (event.button !== 0 || view.scale === 1) return
          event.currentTarget.setPointerCapture(event.pointerId)
          setDragging(true)
        }}
        onPointerMove={(event) => {
          if (isDragging) setView((old) => panBy(old, event.movementX, event.movementY, sizeOf()))
        }}
        onPointerUp={() => setDragging(false)}
        onPointerCancel={() => setDragging(false)}
      >
        <div
          className={classes.picture}
          data-magnified={view.scale > 3}
          style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` }}
        >
          {children}
        </div>
      </div>
      <div className={classes.buttons}>
        <ActionIcon
          variant="default"
          size={24}
          aria-label="Zoom out"
          disabled={view.scale === 1}
          onClick={() => zoom(1 / step)}
        >
          <IconZoomOut size={14} />
        </ActionIcon>
        <ActionIcon variant="default" size={24} aria-label="Zoom in" onClick={() => zoom(step)}>
          <IconZoomIn size={14} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          size={24}
          aria-label="Fit"
          disabled={view.scale === 1}
          onClick={() => setView(wholeView)}
        >
          <IconMaximize size={14} />
        </ActionIcon>
        {buttons}
      </div>
    </div>
  )
}

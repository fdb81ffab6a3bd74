// Which lines of the gallery are on screen, and the ways to another place. The scrolled element may be shorter than
// the content (scroll-range.ts), so lines are placed by `shift`: content offset less place of the bar.
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react'
import { flushSync } from 'react-dom'
import { lineAtOffset, offsetToShow, type Align, type LinePlaces } from './line-places.ts'
import { barOfOffset, createScrollRange, followBar, type ScrollPosition } from './scroll-range.ts'

/** Lines beyond the edges that are kept ready. */
const overscan = 2

interface LineWindow {
  readonly first: number
  readonly last: number
  /** First line that shows, which says whose heading is stuck. */
  readonly top: number
  readonly shift: number
}

export interface LineScroll extends LineWindow {
  /** Height of the element that holds the lines. */
  readonly barPx: number
  readonly show: (index: number, align: Align) => void
}

/** `viewportPx`: height of the scroller's inside; 0 before it is measured. */
export function useLineScroll(
  scroller: RefObject<HTMLElement | null>,
  places: LinePlaces,
  viewportPx: number,
): LineScroll {
  const range = useMemo(() => createScrollRange(places.contentPx, viewportPx), [places, viewportPx])
  const position = useRef<ScrollPosition>({ bar: 0, offset: 0 })
  const [state, setState] = useState<LineWindow>({ first: 0, last: -1, top: 0, shift: 0 })

  const update = useCallback(() => {
    const { bar, offset } = position.current
    const top = lineAtOffset(places, offset)
    const first = Math.max(top - overscan, 0)
    const last = Math.min(lineAtOffset(places, offset + viewportPx) + overscan, places.layout.lineCount - 1)
    const shift = offset - bar
    setState((old) =>
      old.first === first && old.last === last && old.top === top && old.shift === shift
        ? old
        : { first, last, top, shift },
    )
  }, [places, viewportPx])

  /** Puts the bar where it belongs for an offset, without moving what is seen there. */
  const moveTo = useCallback(
    (offset: number) => {
      const element = scroller.current
      if (element === null) return
      element.scrollTo({ top: barOfOffset(range, offset), behavior: 'instant' })
      // Browsers round and clamp what is written.
      position.current = {
        bar: element.scrollTop,
        offset: range.barPx === range.contentPx ? element.scrollTop : offset,
      }
      update()
    },
    [range, scroller, update],
  )

  useLayoutEffect(() => {
    moveTo(Math.min(position.current.offset, Math.max(range.contentPx - range.viewportPx, 0)))
  }, [moveTo, range])

  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    const onScroll = () => {
      position.current = followBar(range, position.current, element.scrollTop)
      flushSync(update)
    }
    const onScrollEnd = () => {
      if (range.barPx < range.contentPx) flushSync(() => moveTo(position.current.offset))
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    element.addEventListener('scrollend', onScrollEnd)
    return () => {
      element.removeEventListener('scroll', onScroll)
      element.removeEventListener('scrollend', onScrollEnd)
    }
  }, [moveTo, range, scroller, update])

  const show = useCallback(
    (index: number, align: Align) => {
      const { offset } = position.current
      const next = offsetToShow(places, index, { offset, heightPx: viewportPx }, align)
      if (next !== offset) moveTo(next)
    },
    [moveTo, places, viewportPx],
  )

  return { ...state, barPx: range.barPx, show }
}

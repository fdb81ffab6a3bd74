// The gallery's state: groups and their layout, what is on screen, and where one is in it.
import { useElementSize } from '@mantine/hooks'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useEngine } from '../engine/engine-context.tsx'
import { showError } from '../engine/use-engine-action.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { useSession } from '../session/session.ts'
import { fitColumns, layOut, lineAt, lineOf, moveFrom, type GalleryLayout, type Move } from './gallery-layout.ts'
import { placeLines, placeOf, type LinePlaces } from './line-places.ts'
import { useLineScroll } from './use-line-scroll.ts'
import { usePages, type PageQuestion, type Tile } from './use-pages.ts'

export const gap = 6

/** One line for the truth, one for the answer of a model. */
const captionHeight = (model: string | null) => (model === null ? 20 : 36)

const headingHeight = 38
const padding = 12

export function useGallery() {
  const session = useSession()
  const { dataset, filter, model, thumbSize, captions, groupBy, sort, currentId, setCurrent, setSelected } = session
  const { client } = useEngine()
  const question = useMemo<PageQuestion>(
    () => ({ dataset: dataset.id, filter, order: { groupBy, sort }, model, classField: dataset.classField }),
    [dataset.id, dataset.classField, filter, groupBy, sort, model],
  )
  const groups = useEngineQuery('query.groups', { dataset: dataset.id, filter, order: question.order, model })

  // Tiles belong to the groups on screen, which are those of the previous question until the new answer lands.
  const [shown, setShown] = useState(question)
  if (groups.status === 'ready' && !groups.isStale && shown !== question) setShown(question)

  const scroller = useRef<HTMLDivElement>(null)
  const { ref: sizeRef, width, height } = useElementSize()
  const { columns, tileWidth } = fitColumns(Math.max(width - 2 * padding, thumbSize), thumbSize, gap)
  const layout = useMemo(
    () => layOut(groups.data?.groups ?? [], columns, shown.order.groupBy !== null),
    [groups.data, columns, shown.order.groupBy],
  )
  const tileHeight = tileWidth + (captions ? captionHeight(model) : 0) + gap
  const places = useMemo(
    () => placeLines(layout, { headingPx: headingHeight, tilesPx: tileHeight, paddingPx: padding }),
    [layout, tileHeight],
  )
  const scroll = useLineScroll(scroller, places, height)
  const { show } = scroll
  const stickyLine = layout.hasHeadings && layout.lineCount > 0 ? headingOf(layout, scroll.top) : -1
  const lines = linesBetween(places, scroll.first, scroll.last, stickyLine)
  const tiles = lines
    .filter(({ index }) => index >= scroll.first)
    .map(({ index }) => lineAt(layout, index))
    .filter((line) => line.kind === 'tiles')
  const tileAt = usePages(shown, tiles[0]?.start ?? 0, tiles.at(-1)?.end ?? 0)

  const [offset, setOffset] = useState<number | null>(null)
  const [pending, setPending] = useState<number | null>(null)
  const anchor = useRef<number | null>(null)
  const latestId = useRef(currentId)
  latestId.current = currentId

  // A new order, or new data: find out where the current sample lies in it.
  const version = groups.data?.version
  const isFirst = useRef(true)
  useEffect(() => {
    const id = latestId.current
    if (id === null || version === undefined) return
    const abort = new AbortController()
    client
      .call(
        'query.position',
        { dataset: shown.dataset, filter: shown.filter, order: shown.order, id },
        { signal: abort.signal },
      )
      .then((answer) => {
        setOffset(answer.offset)
        if (isFirst.current && answer.offset !== null) show(lineOf(layout, answer.offset), 'center')
        isFirst.current = false
      }, showError)
    return () => abort.abort()
    // The layout only says where to scroll on the first visit.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [client, shown, version])

  const pendingId = pending === null ? undefined : tileAt(pending)?.id
  useEffect(() => {
    if (pendingId === undefined) return
    setPending(null)
    setCurrent(pendingId)
  }, [pendingId, setCurrent])

  const goTo = useCallback(
    (next: number, tile: Tile | undefined, align: 'auto' | 'start' = 'auto') => {
      setOffset(next)
      if (tile === undefined) setPending(next)
      else setCurrent(tile.id)
      show(lineOf(layout, next), align)
    },
    [layout, setCurrent, show],
  )

  const move = useCallback(
    (direction: Move) => {
      const linesPerPage = Math.floor((scroller.current?.clientHeight ?? 0) / tileHeight)
      const next = moveFrom(layout, offset, direction, linesPerPage)
      if (next === null) return null
      if (offset === null) anchor.current = next
      goTo(next, tileAt(next), direction.endsWith('-group') ? 'start' : 'auto')
      return next
    },
    [goTo, layout, offset, tileAt, tileHeight],
  )

  const selectRange = useCallback(
    (to: number) => {
      const from = anchor.current ?? offset ?? to
      anchor.current = from
      client
        .call('query.range', { dataset: shown.dataset, filter: shown.filter, order: shown.order, from, to })
        .then(({ ids }) => setSelected(ids), showError)
    },
    [client, offset, setSelected, shown],
  )

  return {
    session,
    groups,
    layout,
    lines,
    tileAt,
    tileWidth,
    padding,
    scroller,
    sizeRef,
    stickyLine,
    barPx: scroll.barPx,
    shift: scroll.shift,
    offset,
    goTo,
    move,
    selectRange,
    setAnchor: (at: number | null) => {
      anchor.current = at
    },
  }
}

/** The heading over a line. */
function headingOf(layout: GalleryLayout, index: number): number {
  return layout.firstLines[lineAt(layout, Math.min(index, layout.lineCount - 1)).groupIndex] ?? -1
}

/** The lines to draw: what is on screen, and the stuck heading above it. */
function linesBetween(places: LinePlaces, first: number, last: number, stickyLine: number) {
  // A new layout may be shorter than the one that was scrolled.
  const end = Math.min(last, places.layout.lineCount - 1)
  const indexes = Array.from({ length: Math.max(end - first + 1, 0) }, (_, i) => first + i)
  if (stickyLine >= 0 && stickyLine < first) indexes.unshift(stickyLine)
  return indexes.map((index) => ({ index, ...placeOf(places, index) }))
}

export type Gallery = ReturnType<typeof useGallery>

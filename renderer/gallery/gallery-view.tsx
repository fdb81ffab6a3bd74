// Thumbnails of the view: grouped under headings that carry the figures, over a scrollbar of true length.
import { Button, Skeleton } from '@mantine/core'
import { IconPhotoSearch } from '@tabler/icons-react'
import { useMergedRef } from '@mantine/hooks'
import { useState } from 'react'
import { everything } from '#core/filter/expr.ts'
import { EmptyNote, ErrorNote } from '../common/notes.tsx'
import { Lightbox } from '../inspector/lightbox.tsx'
import { useSession } from '../session/session.ts'
import { GalleryTile } from './gallery-tile.tsx'
import { GalleryToolbar } from './gallery-toolbar.tsx'
import classes from './gallery.module.css'
import { GroupHeading } from './group-heading.tsx'
import { lineAt } from './gallery-layout.ts'
import { useGalleryCommands } from './use-gallery-commands.ts'
import { gap, useGallery, type Gallery } from './use-gallery.ts'

export function GalleryView() {
  const gallery = useGallery()
  const [isLarge, setLarge] = useState(false)
  useGalleryCommands(gallery, () => setLarge(true))
  const { groups, scroller, sizeRef, session } = gallery
  const scrollerRef = useMergedRef(scroller, sizeRef)
  return (
    <div className={classes.gallery}>
      <GalleryToolbar
        whole={session.groupBy === null && session.model !== null ? (groups.data?.groups[0] ?? null) : null}
      />
      <div
        ref={scrollerRef}
        className={classes.scroller}
        role="listbox"
        tabIndex={0}
        aria-label="Images"
        aria-multiselectable
        aria-busy={groups.status === 'loading' || groups.isStale}
        aria-activedescendant={session.currentId === null ? undefined : `sample-${session.currentId}`}
      >
        {groups.status === 'loading' && <TileSkeletons />}
        {groups.status === 'error' && <ErrorNote error={groups.error} retry={groups.retry} />}
        {groups.status === 'ready' && groups.data.total === 0 && !groups.isStale && <NothingInView />}
        {groups.status === 'ready' && groups.data.total > 0 && (
          <Lines gallery={gallery} openLarge={() => setLarge(true)} />
        )}
      </div>
      {isLarge && session.currentId !== null && (
        <Lightbox
          id={session.currentId}
          close={() => setLarge(false)}
          next={() => gallery.move('right')}
          previous={() => gallery.move('left')}
        />
      )}
    </div>
  )
}

function Lines({ gallery, openLarge }: { gallery: Gallery; openLarge: () => void }) {
  const { layout, lines, barPx, shift, stickyLine, padding, tileAt, tileWidth, session, groups } = gallery
  const { selectedIds, currentId, dataset, captions, model, groupBy } = session

  function onClick(event: React.MouseEvent): void {
    const offset = offsetOf(event.target)
    const tile = offset === null ? undefined : tileAt(offset)
    if (offset === null || tile === undefined) return
    if (event.shiftKey) return gallery.selectRange(offset)
    if (event.metaKey || event.ctrlKey) session.toggleSelected(tile.id)
    gallery.setAnchor(offset)
    gallery.goTo(offset, tile)
  }

  return (
    <div
      className={groups.isStale ? 'f-stale' : ''}
      style={{ position: 'relative', height: barPx }}
      onClick={onClick}
      onDoubleClick={(event) => {
        if (offsetOf(event.target) !== null) openLarge()
      }}
    >
      {lines.map(({ index, top, height }) => {
        const line = lineAt(layout, index)
        if (line.kind === 'heading') {
          const isStuck = index === stickyLine
          const place = isStuck
            ? ({ position: 'sticky', top: 0 } as const)
            : ({ position: 'absolute', top: 0, transform: `translateY(${top - shift}px)` } as const)
          return (
            <div
              key={`heading ${line.groupIndex}`}
              className={classes.heading}
              data-stuck={isStuck}
              style={{ ...place, height }}
            >
              {groupBy !== null && <GroupHeading group={line.group} path={groupBy} model={model} />}
            </div>
          )
        }
        return (
          <div
            key={`tiles ${index}`}
            className={classes.line}
            style={{ transform: `translateY(${top - shift}px)`, paddingInline: padding, gap }}
          >
            {Array.from({ length: line.end - line.start }, (_, column) => {
              const offset = line.start + column
              const tile = tileAt(offset)
              if (tile === undefined) {
                return <div key={offset} className={classes.waiting} style={{ width: tileWidth, height: tileWidth }} />
              }
              return (
                <GalleryTile
                  key={offset}
                  offset={offset}
                  dataset={dataset.id}
                  tile={tile}
                  model={model}
                  width={tileWidth}
                  showsCaption={captions}
                  isCurrent={tile.id === currentId}
                  isSelected={selectedIds.has(tile.id)}
                />
              )
            })}
          </div>
        )
      })}
    </div>
  )
}

/** The offset of the tile that was hit; null beside the tiles. */
function offsetOf(target: EventTarget): number | null {
  const tile = target instanceof Element ? target.closest('[data-offset]') : null
  const offset = Number(tile?.getAttribute('data-offset') ?? Number.NaN)
  return Number.isNaN(offset) ? null : offset
}

function NothingInView() {
  const session = useSession()
  return (
    <EmptyNote
      icon={<IconPhotoSearch stroke={1.5} />}
      title="No image matches the filter"
      actions={
        <>
          <Button variant="default" onClick={() => session.takeBack()}>
            Undo the last step
          </Button>
          <Button variant="default" onClick={() => session.setFilter(everything)}>
            Show everything
          </Button>
        </>
      }
    >
      Take a clause away, or undo the last one with <b>u</b>.
    </EmptyNote>
  )
}

function TileSkeletons() {
  return (
    <div className={classes.skeletons}>
      {Array.from({ length: 18 }, (_, index) => (
        <Skeleton key={index} height={136} width={136} />
      ))}
    </div>
  )
}

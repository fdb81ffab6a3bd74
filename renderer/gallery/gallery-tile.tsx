// One thumbnail: truth and answer below, wrong ones marked by shape and colour, selection and tags on it.
import { IconCheck, IconX } from '@tabler/icons-react'
import { memo } from 'react'
import { SampleImage } from '../common/sample-image.tsx'
import { Verdict } from '../common/verdict.tsx'
import classes from './gallery-tile.module.css'
import type { Tile } from './use-pages.ts'
import { formatProbability } from '../inspector/inspector-model.ts'
import { displayName } from '#core/labels/map-classes.ts'

interface GalleryTileProps {
  readonly dataset: string
  readonly tile: Tile
  readonly offset: number
  readonly model: string | null
  readonly width: number
  readonly showsCaption: boolean
  readonly isCurrent: boolean
  readonly isSelected: boolean
}

export const GalleryTile = memo(TileView, isSameTile)

function TileView({ dataset, tile, model, width, showsCaption, isCurrent, isSelected, offset }: GalleryTileProps) {
  const description = describe(tile, model)
  return (
    <div
      id={`sample-${tile.id}`}
      className={classes.tile}
      style={{ width }}
      role="option"
      aria-selected={isSelected}
      aria-label={description}
      title={description}
      data-current={isCurrent}
      data-selected={isSelected}
      data-wrong={tile.correct === false}
      data-offset={offset}
    >
      <div className={classes.picture} style={{ height: width }}>
        <SampleImage dataset={dataset} id={tile.id} size={width > 256 ? 'image' : 'thumb'} alt="" />
        {tile.correct === false && (
          <span className={classes.wrong}>
            <IconX size={11} stroke={3.5} aria-hidden />
          </span>
        )}
        {isSelected && (
          <span className={classes.selected}>
            <IconCheck size={12} stroke={3.5} aria-hidden />
          </span>
        )}
        {tile.tags.length > 0 && (
          <span className={classes.tags}>
            {tile.tags.slice(0, 2).join(', ')}
            {tile.tags.length > 2 && ` +${tile.tags.length - 2}`}
          </span>
        )}
      </div>
      {showsCaption && (
        <div className={classes.caption}>
          <div className={classes.truth}>{tile.label === null ? tile.fileName : displayName(String(tile.label))}</div>
          {tile.predicted !== null && (
            <div className={classes.answer} data-correct={tile.correct}>
              <Verdict correct={tile.correct} size={12} silent />
              <span className={classes.name}>{displayName(String(tile.predicted))}</span>
              {tile.confidence !== null && <span>{formatProbability(tile.confidence)}</span>}
            </div>
          )}
        </div>
      )}
    </div>
  )
}

function isSameTile(a: GalleryTileProps, b: GalleryTileProps): boolean {
  return (
    a.tile.id === b.tile.id &&
    a.tile.predicted === b.tile.predicted &&
    a.tile.correct === b.tile.correct &&
    a.tile.tags.join() === b.tile.tags.join() &&
    a.width === b.width &&
    a.showsCaption === b.showsCaption &&
    a.isCurrent === b.isCurrent &&
    a.isSelected === b.isSelected &&
    a.offset === b.offset
  )
}

function describe(tile: Tile, model: string | null): string {
  const parts = [tile.label === null ? tile.fileName : String(tile.label)]
  if (model !== null && tile.predicted !== null) {
    const verdict = tile.correct === null ? '' : tile.correct ? ', right' : ', wrong'
    const confidence = tile.confidence === null ? '' : ` ${formatProbability(tile.confidence)}`
    parts.push(`${model}: ${String(tile.predicted)}${confidence}${verdict}`)
  }
  if (tile.tags.length > 0) parts.push(`tags: ${tile.tags.join(', ')}`)
  return parts.join(' · ')
}

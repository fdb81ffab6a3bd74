// Where each line of the gallery lies on the whole length of its content, in pixels. Pure; knows no element.
import { lineAt, type GalleryLayout } from './gallery-layout.ts'

export interface LineSizes {
  readonly headingPx: number
  /** A line of tiles with the gap below it. */
  readonly tilesPx: number
  readonly paddingPx: number
}

export interface LinePlaces {
  readonly layout: GalleryLayout
  readonly sizes: LineSizes
  readonly contentPx: number
}

export function placeLines(layout: GalleryLayout, sizes: LineSizes): LinePlaces {
  const headings = layout.hasHeadings ? layout.groups.length : 0
  const tileLines = layout.lineCount - headings
  const before = layout.hasHeadings ? 0 : sizes.paddingPx
  return { layout, sizes, contentPx: before + headings * sizes.headingPx + tileLines * sizes.tilesPx + sizes.paddingPx }
}

/** Top and height of a line, in pixels of the content; throws if there is no such line. */
export function placeOf({ layout, sizes }: LinePlaces, index: number): { top: number; height: number } {
  const { kind, groupIndex } = lineAt(layout, index)
  if (!layout.hasHeadings) return { top: sizes.paddingPx + index * sizes.tilesPx, height: sizes.tilesPx }
  const headings = groupIndex + (kind === 'heading' ? 0 : 1)
  return {
    top: headings * sizes.headingPx + (index - headings) * sizes.tilesPx,
    height: kind === 'heading' ? sizes.headingPx : sizes.tilesPx,
  }
}

/** The last line that begins at or above an offset of the content; 0 if none does. */
export function lineAtOffset(places: LinePlaces, offset: number): number {
  let low = 0
  let high = Math.max(places.layout.lineCount - 1, 0)
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (placeOf(places, middle).top <= offset) low = middle
    else high = middle - 1
  }
  return low
}

export type Align = 'auto' | 'start' | 'center'

/** The offset at which a line is in sight, below a stuck heading; `auto` stays where the line is in sight already. */
export function offsetToShow(
  places: LinePlaces,
  index: number,
  view: { readonly offset: number; readonly heightPx: number },
  align: Align,
): number {
  const { layout, sizes, contentPx } = places
  const { top, height } = placeOf(places, index)
  const above = layout.hasHeadings ? sizes.headingPx : sizes.paddingPx
  const below = top + height + sizes.paddingPx - view.heightPx
  const wanted =
    align === 'center'
      ? top - (view.heightPx - height) / 2
      : align === 'start'
        ? top - above
        : Math.min(Math.max(view.offset, below), top - above)
  return Math.min(Math.max(wanted, 0), Math.max(contentPx - view.heightPx, 0))
}

// Maps content of any length to the length that a browser can scroll. Pure. Chromium ends elements at 33.5 million
// pixels and Firefox at 17.9; a million thumbnails are longer than either.

/** Longest element that is scrolled; longer content is folded into it. */
export const longestBarPx = 8_000_000

/** At both ends a pixel of the bar is a pixel of the content, so that first and last line are reached smoothly. */
const exactPx = 1_000_000

/** A step of more viewports than this is a drag of the scrollbar, which means a place and not a distance. */
const jumpViewports = 3

export interface ScrollRange {
  readonly contentPx: number
  /** Height of the scrolled element: that of the content, or `longestBarPx`. */
  readonly barPx: number
  readonly viewportPx: number
}

/** Where the bar stands, and which offset of the content is at the top of the viewport. */
export interface ScrollPosition {
  readonly bar: number
  readonly offset: number
}

export function createScrollRange(contentPx: number, viewportPx: number): ScrollRange {
  return { contentPx, barPx: Math.min(contentPx, longestBarPx), viewportPx }
}

/** The offset of the content that a place of the bar stands for: increasing, and exact near both ends. */
export function offsetOfBar(range: ScrollRange, bar: number): number {
  const { barEnd, contentEnd } = endsOf(range)
  if (bar <= exactPx || barEnd === contentEnd) return clamp(bar, contentEnd)
  if (bar >= barEnd - exactPx) return clamp(contentEnd - (barEnd - bar), contentEnd)
  return exactPx + (bar - exactPx) * stretchOf(range)
}

/** The place of the bar that stands for an offset; the inverse of `offsetOfBar`. */
export function barOfOffset(range: ScrollRange, offset: number): number {
  const { barEnd, contentEnd } = endsOf(range)
  if (offset <= exactPx || barEnd === contentEnd) return clamp(offset, barEnd)
  if (offset >= contentEnd - exactPx) return clamp(barEnd - (contentEnd - offset), barEnd)
  return exactPx + (offset - exactPx) / stretchOf(range)
}

/** Where a movement of the bar leads: wheel and keys go by real pixels, the scrollbar goes to its place. */
export function followBar(range: ScrollRange, from: ScrollPosition, bar: number): ScrollPosition {
  const { barEnd, contentEnd } = endsOf(range)
  const step = bar - from.bar
  const isPlace = bar <= 0 || bar >= barEnd || Math.abs(step) > jumpViewports * range.viewportPx
  return { bar, offset: isPlace ? offsetOfBar(range, bar) : clamp(from.offset + step, contentEnd) }
}

function endsOf({ contentPx, barPx, viewportPx }: ScrollRange): { barEnd: number; contentEnd: number } {
  return { barEnd: Math.max(barPx - viewportPx, 0), contentEnd: Math.max(contentPx - viewportPx, 0) }
}

function stretchOf(range: ScrollRange): number {
  const { barEnd, contentEnd } = endsOf(range)
  return (contentEnd - 2 * exactPx) / (barEnd - 2 * exactPx)
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most)
}

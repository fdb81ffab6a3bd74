// Where everything lies in the gallery: lines of tiles under group headings, over offsets of the order. Pure.
import type { Group } from '#contract/query.ts'

export type Line =
  | { readonly kind: 'heading'; readonly group: Group; readonly groupIndex: number }
  /** Tiles of the offsets from `start` to `end` (not included). */
  | { readonly kind: 'tiles'; readonly start: number; readonly end: number; readonly groupIndex: number }

export interface GalleryLayout {
  readonly groups: readonly Group[]
  readonly columns: number
  readonly hasHeadings: boolean
  readonly total: number
  readonly lineCount: number
  /** First line of each group, in the order of `groups`. */
  readonly firstLines: readonly number[]
}

/** Lays out the groups of an order; without grouping there is one group and no heading. */
export function layOut(groups: readonly Group[], columns: number, hasHeadings: boolean): GalleryLayout {
  const firstLines: number[] = []
  let line = 0
  let total = 0
  for (const group of groups) {
    firstLines.push(line)
    line += (hasHeadings ? 1 : 0) + Math.ceil(group.count / columns)
    total += group.count
  }
  return { groups, columns, hasHeadings, total, lineCount: line, firstLines }
}

/** The line of that index; throws if there is none. */
export function lineAt(layout: GalleryLayout, index: number): Line {
  const groupIndex = lastAtMost(layout.firstLines, index)
  const group = layout.groups[groupIndex]
  const first = layout.firstLines[groupIndex]
  if (group === undefined || first === undefined || index >= layout.lineCount) throw new RangeError(`no line ${index}`)
  if (layout.hasHeadings && index === first) return { kind: 'heading', group, groupIndex }
  const row = index - first - (layout.hasHeadings ? 1 : 0)
  const start = group.start + row * layout.columns
  return { kind: 'tiles', start, end: Math.min(start + layout.columns, group.start + group.count), groupIndex }
}

export function groupIndexOf(layout: GalleryLayout, offset: number): number {
  return lastAtMost(
    layout.groups.map(({ start }) => start),
    offset,
  )
}

/** The line on which the tile of an offset lies. */
export function lineOf(layout: GalleryLayout, offset: number): number {
  const { index, group } = groupOf(layout, offset)
  return (
    (layout.firstLines[index] ?? 0) + (layout.hasHeadings ? 1 : 0) + Math.floor((offset - group.start) / layout.columns)
  )
}

export type Move =
  'left' | 'right' | 'up' | 'down' | 'page-up' | 'page-down' | 'first' | 'last' | 'previous-group' | 'next-group'

/** Where a key leads from an offset (null: nothing is current). Up and down keep the column, across headings too. */
export function moveFrom(
  layout: GalleryLayout,
  offset: number | null,
  move: Move,
  linesPerPage: number,
): number | null {
  if (layout.total === 0) return null
  const last = layout.total - 1
  if (move === 'first') return 0
  if (move === 'last') return last
  if (offset === null || offset > last) return 0
  if (move === 'left') return Math.max(offset - 1, 0)
  if (move === 'right') return Math.min(offset + 1, last)
  if (move === 'previous-group' || move === 'next-group') {
    const { index, group } = groupOf(layout, offset)
    const wanted = move === 'next-group' ? index + 1 : offset > group.start ? index : index - 1
    const target = layout.groups[wanted]
    return target === undefined ? offset : target.start
  }
  const steps = move === 'page-up' || move === 'page-down' ? Math.max(linesPerPage, 1) : 1
  const direction = move === 'up' || move === 'page-up' ? -1 : 1
  let at = offset
  for (let step = 0; step < steps; step++) at = nextLine(layout, at, direction)
  return at
}

function nextLine(layout: GalleryLayout, offset: number, direction: 1 | -1): number {
  const { index, group } = groupOf(layout, offset)
  const { columns } = layout
  const column = (offset - group.start) % columns
  const row = Math.floor((offset - group.start) / columns) + direction
  const rows = Math.ceil(group.count / columns)
  if (row >= 0 && row < rows) return Math.min(group.start + row * columns + column, group.start + group.count - 1)
  const other = layout.groups[index + direction]
  if (other === undefined) return offset
  const otherRow = direction === 1 ? 0 : Math.ceil(other.count / columns) - 1
  return Math.min(other.start + otherRow * columns + column, other.start + other.count - 1)
}

function groupOf(layout: GalleryLayout, offset: number): { index: number; group: Group } {
  const index = groupIndexOf(layout, offset)
  const group = layout.groups[index]
  if (group === undefined) throw new RangeError(`no group at ${offset}`)
  return { index, group }
}

/** Index of the last element that is at most `value`, in an ascending list; 0 if none is. */
function lastAtMost(list: readonly number[], value: number): number {
  let low = 0
  let high = list.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((list[middle] ?? Infinity) <= value) low = middle
    else high = middle - 1
  }
  return low
}

/** How many tiles of about this size stand beside one another, and how wide each then is. */
export function fitColumns(width: number, thumbSize: number, gap: number): { columns: number; tileWidth: number } {
  const columns = Math.max(Math.round((width + gap) / (thumbSize + gap)), 1)
  return { columns, tileWidth: Math.max(Math.floor((width - gap * (columns - 1)) / columns), 1) }
}

// Which discoveries another one already explains: a pair of values that fails no more than one of its values does
// anyway, and a value that lies within another.
import { qValues } from '../slices/compute-slices.ts'
import type { SliceRow } from '../slices/compute-slices.ts'
import { discoveryRate } from '../slices/slice-badge.ts'
import { benjaminiYekutieli } from '../statistics/benjamini-hochberg.ts'
import { type DiscoveryField, type DiscoveryPart, type Family, testableP } from './discovery-family.ts'
import { type JudgedImages, takeCodes, takeImages } from './judged-images.ts'
import { type SharedOptions, measureFamily } from './measure-family.ts'

export interface FoundSlice {
  readonly parts: readonly DiscoveryPart[]
  readonly direction: 'more' | 'less'
  readonly slice: SliceRow
  readonly q: number
  readonly adjusted: boolean
}

export interface Parent {
  readonly explainedBy: number | null
  readonly withinParent: number | null
}

/** A pair under one of its values that is a discovery itself, tested among that value's images. */
interface Within {
  readonly parent: number
  /** The pair: the parent's part and the other. */
  readonly other: DiscoveryPart
  readonly n: number
  /** null where the margins leave nothing to find. */
  readonly p: number | null
}

const stands: Parent = { explainedBy: null, withinParent: null }

/** In the order of `found`. Steps as in `discoverSlices`. */
export function* findParents(
  found: readonly FoundSlice[],
  families: readonly Family[],
  images: JudgedImages,
  fields: readonly DiscoveryField[],
  shared: SharedOptions,
): Generator<void, readonly Parent[], void> {
  const parents: Parent[] = found.map(() => stands)
  for (const direction of ['more', 'less'] as const) {
    const singles = found.flatMap((slice, index) =>
      slice.direction === direction && slice.parts.length === 1 ? [{ index, part: slice.parts[0]! }] : [],
    )
    const tests: Within[] = []
    for (const { index, part } of singles) {
      const rows = rowsWith(fields[part.field]!, part.valueCode)
      const inside = { rows, images: takeImages(images, rows) }
      for (const family of families) {
        if (family.fields.length < 2 || !family.fields.includes(part.field)) continue
        tests.push(...testWithin(index, part, family, inside, fields, direction, shared))
      }
      yield
    }
    settle(found, direction, tests, parents)
  }
  return parents
}

/** The pairs of a family that share the parent's value, each against the parent's own images of the same classes. */
function testWithin(
  parent: number,
  part: DiscoveryPart,
  family: Family,
  inside: { readonly rows: Uint32Array; readonly images: JudgedImages },
  fields: readonly DiscoveryField[],
  direction: 'more' | 'less',
  shared: SharedOptions,
): Within[] {
  const otherField = family.fields.find((field) => field !== part.field)!
  const wanted = new Set<number>()
  for (const { sums } of family.measured.slices) {
    const parts = family.partsOf(sums.valueCode)
    if (!parts.some(({ field, valueCode }) => field === part.field && valueCode === part.valueCode)) continue
    wanted.add(parts.find(({ field }) => field === otherField)!.valueCode)
  }
  if (wanted.size === 0) return []
  const other = fields[otherField]!
  const { slices } = measureFamily(
    inside.images,
    { codes: takeCodes(other.codes, inside.rows), size: other.size },
    { minSupport: 1, adjusted: family.measured.adjusted, only: (valueCode) => wanted.has(valueCode), ...shared },
  )
  return slices.map(({ sums, pValues }) => ({
    parent,
    other: { field: otherField, valueCode: sums.valueCode },
    n: sums.n,
    p: testableP(pValues, direction),
  }))
}

function rowsWith({ codes }: DiscoveryField, valueCode: number): Uint32Array {
  const rows: number[] = []
  for (let row = 0; row < codes.length; row++) if (codes[row] === valueCode) rows.push(row)
  return Uint32Array.from(rows)
}

/** Corrects all tests within parents together; what is no discovery within its parent is explained by it. */
function settle(
  found: readonly FoundSlice[],
  direction: 'more' | 'less',
  tests: readonly Within[],
  parents: Parent[],
): void {
  const q = qValues(
    tests.map(({ p }) => p),
    benjaminiYekutieli,
  )
  const placeOf = new Map(
    found.flatMap((slice, index) => (slice.direction === direction ? [[keyOf(slice.parts), index] as const] : [])),
  )
  tests.forEach(({ parent, other, n, p }, index) => {
    if (q[index] !== null && q[index]! <= discoveryRate) return
    const parentPart = found[parent]!.parts[0]!
    const pair = placeOf.get(keyOf([parentPart, other]))
    if (pair !== undefined) adopt(pair, parent, p)
    // A value whose images all lie within the parent's is the same set as the pair, and is explained as the pair is.
    const single = placeOf.get(keyOf([other]))
    if (single === undefined || found[single]!.slice.n !== n || single === parent) return
    const isSameSet = found[parent]!.slice.n === n
    if (!isSameSet || parent < single) adopt(single, parent, p)
  })

  /** The parent within which the excess is the least surprising explains it best. */
  function adopt(child: number, parent: number, p: number | null): void {
    const known = parents[child]!
    const surprise = p ?? 0.5
    if (known.explainedBy !== null && (known.withinParent ?? 0.5) >= surprise) return
    parents[child] = { explainedBy: parent, withinParent: p }
  }
}

function keyOf(parts: readonly DiscoveryPart[]): string {
  return parts
    .toSorted((a, b) => a.field - b.field)
    .map(({ field, valueCode }) => `${field}:${valueCode}`)
    .join(' ')
}

// The other way round: a value that stands out only because of some of its pairs. Without their images nothing is left to see.
import { discoveryRate } from '../slices/slice-badge.ts'
import type { DiscoveryField, DiscoveryPart } from './discovery-family.ts'
import type { FoundSlice, Parent } from './find-parents.ts'
import { type JudgedImages, takeCodes, takeImages } from './judged-images.ts'
import { type SharedOptions, measureFamily } from './measure-family.ts'

/** What is left of a value without the pairs that carry it. */
export interface Carried {
  /** Places of the pairs in `found`. */
  readonly by: readonly number[]
  /** The value's other images, their failures (a mean over the models), and the mid-p of these; 1/2 where there are none. */
  readonly rest: { readonly n: number; readonly failures: number; readonly p: number }
}

/**
 * In the order of `found`; null for what is not carried. A value is carried by the pairs of it that stand by themselves where its
 * other images, among all images but those of the pairs, have a mid-p above .10 in its direction (not corrected: it takes
 * little to keep a finding). Steps as in `discoverSlices`.
 */
export function* findCarriers(
  found: readonly FoundSlice[],
  parents: readonly Parent[],
  images: JudgedImages,
  fields: readonly DiscoveryField[],
  shared: SharedOptions,
): Generator<void, readonly (Carried | null)[], void> {
  const carried: (Carried | null)[] = found.map(() => null)
  for (const [place, slice] of found.entries()) {
    const [part] = slice.parts
    if (slice.parts.length > 1 || part === undefined || parents[place]!.explainedBy !== null) continue
    const pairs = found.flatMap(({ parts, direction }, index) =>
      parts.length > 1 && direction === slice.direction && parents[index]!.explainedBy === null && hasPart(parts, part)
        ? [index]
        : [],
    )
    if (pairs.length === 0) continue
    const rest = measureRest(
      slice,
      part,
      pairs.map((index) => found[index]!.parts),
      images,
      fields,
      shared,
    )
    if (rest.p > discoveryRate) carried[place] = { by: pairs, rest }
    yield
  }
  return carried
}

function measureRest(
  { adjusted, direction }: FoundSlice,
  part: DiscoveryPart,
  pairs: readonly (readonly DiscoveryPart[])[],
  images: JudgedImages,
  fields: readonly DiscoveryField[],
  shared: SharedOptions,
): Carried['rest'] {
  const rows = rowsOutside(images.keys.length, pairs, fields)
  const { codes, size } = fields[part.field]!
  const { slices } = measureFamily(
    takeImages(images, rows),
    { codes: takeCodes(codes, rows), size },
    { minSupport: 1, adjusted, only: (valueCode) => valueCode === part.valueCode, ...shared },
  )
  const [rest] = slices
  if (rest === undefined) return { n: 0, failures: 0, p: 0.5 }
  const { n, failedModels } = rest.sums
  return { n, failures: failedModels / (images.levels - 1), p: rest.pValues[direction] }
}

function rowsOutside(
  count: number,
  pairs: readonly (readonly DiscoveryPart[])[],
  fields: readonly DiscoveryField[],
): Uint32Array {
  const isInside = new Uint8Array(count)
  let inside = 0
  for (const [a, b] of pairs) {
    if (a === undefined || b === undefined) throw new Error('a pair has two values')
    const [codesA, codesB] = [fields[a.field]!.codes, fields[b.field]!.codes]
    for (let row = 0; row < count; row++) {
      if (codesA[row] !== a.valueCode || codesB[row] !== b.valueCode || isInside[row] === 1) continue
      isInside[row] = 1
      inside++
    }
  }
  const rows = new Uint32Array(count - inside)
  let next = 0
  for (let row = 0; row < count; row++) if (isInside[row] === 0) rows[next++] = row
  return rows
}

function hasPart(parts: readonly DiscoveryPart[], { field, valueCode }: DiscoveryPart): boolean {
  return parts.some((part) => part.field === field && part.valueCode === valueCode)
}

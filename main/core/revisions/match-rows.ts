// Finds the samples of one revision again in the next: by content first, wherever it lies, then by name. Pure.

/** What is known of a sample's image without looking at it. */
export interface RowIdentity {
  readonly fileName: string
  /** Of the image's bytes, in hex. */
  readonly sha256: string | null
  /** Git's name of the bytes, for small files. */
  readonly gitOid: string | null
  /** For a part of a larger file: what that file holds, and where the image is in it. */
  readonly part: string | null
  readonly sizeBytes: number | null
  /** The name is no more than a place in a table: in another revision another image may have it. */
  readonly isNumbered: boolean
}

/**
 * `moved`: same content under another name; `changed`: same name, other content; `unsure`: same name, and nothing says
 * whether the content is the same.
 */
export const rowFates = ['added', 'unchanged', 'moved', 'changed', 'unsure'] as const
export type RowFate = (typeof rowFates)[number]

export interface RowMatch {
  /** By new row: the old row that it was; -1 = none. */
  readonly from: Int32Array
  /** By new row: an index into `rowFates`. */
  readonly fates: Uint8Array
  /** Old rows that are nowhere, ascending. */
  readonly removed: readonly number[]
}

const none = -1
const fateOf = (fate: RowFate) => rowFates.indexOf(fate)

/** Each old row is at most one new row. Where contents occur more than once, names decide, then the order. */
export function matchRows(before: readonly RowIdentity[], after: readonly RowIdentity[]): RowMatch {
  const from = new Int32Array(after.length).fill(none)
  const fates = new Uint8Array(after.length)
  const isTaken = new Uint8Array(before.length)
  const take = (row: number, old: number, fate: RowFate) => {
    from[row] = old
    fates[row] = fateOf(fate)
    isTaken[old] = 1
  }
  const rowOfName = new Map(before.map(({ fileName }, row) => [fileName, row]))
  const sameName = after.map(({ fileName }) => rowOfName.get(fileName) ?? none)
  sameName.forEach((old, row) => {
    if (old !== none && compareContents(before[old]!, after[row]!) === 'same') take(row, old, 'unchanged')
  })
  // A file that moved has kept its name, of several with that content.
  for (const keysOf of [contentAndNameKeys, contentKeys]) {
    const stock = stockRows(before, keysOf, (old) => isTaken[old] === 1)
    after.forEach((identity, row) => {
      if (from[row] !== none) return
      const old = stock(identity)
      if (old !== null) take(row, old, 'moved')
    })
  }
  sameName.forEach((old, row) => {
    if (from[row] !== none || old === none || isTaken[old] === 1 || after[row]!.isNumbered) return
    take(row, old, compareContents(before[old]!, after[row]!) === 'other' ? 'changed' : 'unsure')
  })
  const removed = Array.from(isTaken.keys()).filter((old) => isTaken[old] === 0)
  return { from, fates, removed }
}

/** Gives, for each identity, the first row that shares a key with it and is not taken. */
function stockRows(
  rows: readonly RowIdentity[],
  keysOf: (identity: RowIdentity) => readonly string[],
  isTaken: (row: number) => boolean,
): (identity: RowIdentity) => number | null {
  const stock = new Map<string, number[]>()
  // The last comes first, so that each list ends with what is given next.
  for (let row = rows.length - 1; row >= 0; row--) {
    if (isTaken(row)) continue
    for (const key of keysOf(rows[row]!)) {
      const list = stock.get(key)
      if (list === undefined) stock.set(key, [row])
      else list.push(row)
    }
  }
  return (identity) => {
    for (const key of keysOf(identity)) {
      const list = stock.get(key) ?? []
      while (list.length > 0 && isTaken(list.at(-1)!)) list.pop()
      if (list.length > 0) return list.at(-1)!
    }
    return null
  }
}

export function fateOfRow({ fates }: RowMatch, row: number): RowFate {
  return rowFates[fates[row]!]!
}

/** Whether what was said of the old row's pixels holds for the new one. */
export function hasSameContent(match: RowMatch, row: number): boolean {
  const fate = fateOfRow(match, row)
  return fate === 'unchanged' || fate === 'moved'
}

/** Of two samples of one name. Without a checksum on both sides, sizes decide: that images differ and their sizes do not is rare. */
function compareContents(a: RowIdentity, b: RowIdentity): 'same' | 'other' | 'unknown' {
  for (const kind of ['sha256', 'gitOid'] as const) {
    if (a[kind] !== null && b[kind] !== null) return a[kind] === b[kind] ? 'same' : 'other'
  }
  if (a.part !== null && a.part === b.part) return 'same'
  if (a.isNumbered || a.sizeBytes === null || b.sizeBytes === null) return 'unknown'
  return a.sizeBytes === b.sizeBytes ? 'same' : 'other'
}

function contentKeys({ sha256, gitOid, part }: RowIdentity): string[] {
  return [
    ...(sha256 === null ? [] : [`sha256 ${sha256}`]),
    ...(gitOid === null ? [] : [`git ${gitOid}`]),
    ...(part === null ? [] : [`part ${part}`]),
  ]
}

function contentAndNameKeys(identity: RowIdentity): string[] {
  const name = basename(identity.fileName)
  return contentKeys(identity).map((key) => `${key} ${name}`)
}

function basename(fileName: string): string {
  return fileName.slice(fileName.lastIndexOf('/') + 1)
}

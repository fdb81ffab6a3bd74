// Finds the sample that a cell of a joined file speaks of. A name that several samples have is never guessed.
import { basename } from '../safe-path.ts'

/**
 * How a cell names its sample: `path` is the whole name, `basename` the name without folders, `stem` also without extension,
 * `last-part` what follows the last `_` of the base name (model-vs-human), `id` the sample's number.
 */
export const joinKeys = ['path', 'basename', 'stem', 'id', 'last-part'] as const
export type JoinKey = (typeof joinKeys)[number]

/** Results of `find` that are no row. */
export const noSample = -1
export const severalSamples = -2

const maxNameCharacters = 4096

export class SampleIndex {
  readonly #names: readonly string[]
  #paths: ReadonlyMap<string, number> | null = null
  #normalPaths: ReadonlyMap<string, number> | null = null
  #basenames: NameChains | null = null
  #stems: NameChains | null = null

  /** `names`: the samples' paths by row. */
  constructor(names: readonly string[]) {
    this.#names = names
  }

  /**
   * The sample's row, `noSample` or `severalSamples`. Except by `id`, a whole path counts before a base name; of several samples
   * of one base name the one is taken that alone shares the most folders with the cell, at least one.
   */
  find(cell: unknown, key: JoinKey): number {
    if (key === 'id') return this.#findId(cell)
    const path = toPath(cell)
    if (path === null) return noSample
    if (key === 'last-part') {
      const name = basename(path)
      return this.#findNamed(name.slice(name.lastIndexOf('_') + 1), 'basename')
    }
    const exact = this.#findPath(path)
    return exact !== noSample || key === 'path' ? exact : this.#findNamed(path, key)
  }

  #findId(cell: unknown): number {
    const isWhole =
      typeof cell === 'string' ? /^[1-9]\d*$/.test(cell) : typeof cell === 'number' || typeof cell === 'bigint'
    const id = isWhole ? Number(cell) : NaN
    return Number.isInteger(id) && id >= 1 && id <= this.#names.length ? id - 1 : noSample
  }

  #findPath(path: string): number {
    this.#paths ??= new Map(this.#names.map((name, row) => [name, row]))
    const row = this.#paths.get(path)
    if (row !== undefined) return row
    // One program writes ü as one character, another as two.
    if (!/[^\x00-\x7f]/.test(path)) return noSample
    this.#normalPaths ??= new Map(this.#names.map((name, at) => [name.normalize('NFC'), at]))
    return this.#normalPaths.get(path.normalize('NFC')) ?? noSample
  }

  #findNamed(path: string, key: 'basename' | 'stem'): number {
    const trim = key === 'stem' ? withoutExtension : (name: string) => name
    const chains =
      key === 'stem'
        ? (this.#stems ??= new NameChains(this.#names.map((name) => withoutExtension(basename(name)))))
        : (this.#basenames ??= new NameChains(this.#names.map(basename)))
    const first = chains.first(trim(basename(path)))
    return first === noSample || chains.next(first) === noSample ? first : this.#nearest(path, first, chains)
  }

  #nearest(path: string, first: number, chains: NameChains): number {
    const folders = path.split('/').slice(0, -1)
    let best = severalSamples
    let bestShared = 0
    for (let row = first; row !== noSample; row = chains.next(row)) {
      const shared = countShared(folders, this.#names[row]!.split('/').slice(0, -1))
      if (shared === bestShared) best = severalSamples
      else if (shared > bestShared) [best, bestShared] = [row, shared]
    }
    return best
  }
}

/** Rows by name; those of one name are chained, so that a million names take no list each. */
class NameChains {
  readonly #first = new Map<string, number>()
  readonly #next: Int32Array

  constructor(names: readonly string[]) {
    this.#next = new Int32Array(names.length).fill(noSample)
    for (let row = names.length - 1; row >= 0; row--) {
      const name = names[row]!.normalize('NFC')
      this.#next[row] = this.#first.get(name) ?? noSample
      this.#first.set(name, row)
    }
  }

  /** `noSample` where no row has the name. */
  first(name: string): number {
    return this.#first.get(name.normalize('NFC')) ?? noSample
  }

  /** The next row of the same name. */
  next(row: number): number {
    return this.#next[row]!
  }
}

/** `\` and leading `./`, `/` are how programs write the same path; nothing is opened by it. */
function toPath(cell: unknown): string | null {
  if (typeof cell === 'number' || typeof cell === 'bigint') return String(cell)
  if (typeof cell !== 'string' || cell === '' || cell.length > maxNameCharacters) return null
  return cell.replaceAll('\\', '/').replace(/^(?:\.?\/)+/, '')
}

/** How many folders are the same, from the innermost outwards. */
function countShared(a: readonly string[], b: readonly string[]): number {
  let shared = 0
  while (shared < a.length && shared < b.length && a[a.length - 1 - shared] === b[b.length - 1 - shared]) shared++
  return shared
}

function withoutExtension(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? name : name.slice(0, dot)
}

// An order of classes that puts those next to each other which are confused with each other.
// Average-linkage clustering by nearest-neighbour chains (Murtagh 1983) over the links that there are, clusters joined at the
// two ends that are most alike.

/** Links between items, parallel arrays; the weights of an item pair, either way round, add up. */
export interface ClassLinks {
  readonly a: Uint32Array
  readonly b: Uint32Array
  readonly weight: Float64Array
}

/** Of each item only this many of its links are looked at, and those of others to it: tens of thousands of items stay quick. */
const strongestLinks = 8

/**
 * A permutation of 0..n-1. Items without links between them are not put together: the clusters that are left follow each
 * other, greatest first.
 */
export function seriate(links: ClassLinks, n: number): number[] {
  const alike = strongest(neighboursOf(links, n))
  /** Sums of weights between clusters; a cluster has the number of one of its items. */
  const between = alike.map((weights) => new Map(weights))
  const sizes = new Uint32Array(n).fill(1)
  const paths = new Paths(n, alike)
  const finished: number[] = []
  const chain: number[] = []
  const isActive = new Uint8Array(n).fill(1)
  let lowest = 0
  for (;;) {
    while (lowest < n && isActive[lowest] === 0) lowest += 1
    if (lowest === n && chain.length === 0) break
    if (chain.length === 0) chain.push(lowest)
    const top = chain.at(-1) ?? 0
    const next = mostAlike(between[top] ?? new Map<number, number>(), sizes, chain.at(-2))
    if (next === -1) {
      finished.push(top)
      isActive[top] = 0
      chain.pop()
    } else if (next === chain.at(-2)) {
      chain.length -= 2
      const [into, from] = (between[next]?.size ?? 0) >= (between[top]?.size ?? 0) ? [next, top] : [top, next]
      merge(between, into, from)
      sizes[into] = (sizes[into] ?? 0) + (sizes[from] ?? 0)
      isActive[from] = 0
      paths.join(into, from)
    } else chain.push(next)
  }
  finished.sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || a - b)
  return finished.flatMap((cluster) => paths.list(cluster))
}

type Weights = Map<number, number>

function neighboursOf({ a, b, weight }: ClassLinks, n: number): Weights[] {
  const neighbours = Array.from({ length: n }, (): Weights => new Map())
  const add = (from: number, to: number, amount: number) => {
    const weights = neighbours[from]
    weights?.set(to, (weights.get(to) ?? 0) + amount)
  }
  for (let link = 0; link < a.length; link += 1) {
    const [from, to] = [a[link] ?? 0, b[link] ?? 0]
    add(from, to, weight[link] ?? 0)
    add(to, from, weight[link] ?? 0)
  }
  return neighbours
}

/** A link stays where it is among the strongest of either end. */
function strongest(neighbours: readonly Weights[]): Weights[] {
  const kept = neighbours.map((weights): Weights => {
    if (weights.size <= strongestLinks) return new Map(weights)
    const sorted = [...weights].sort(([x, p], [y, q]) => q - p || x - y)
    return new Map(sorted.slice(0, strongestLinks))
  })
  kept.forEach((weights, from) => {
    for (const [to, weight] of weights) kept[to]?.set(from, weight)
  })
  return kept
}

/** The most similar cluster, the lower number on a tie; -1: none. The one before in the chain wins what is as good as a tie, so that chains end. */
function mostAlike(weights: Weights, sizes: Uint32Array, previous: number | undefined): number {
  let best = -1
  let bestValue = 0
  for (const [other, sum] of weights) {
    const value = sum / (sizes[other] ?? 1)
    if (best === -1 || value > bestValue || (value === bestValue && other < best)) [best, bestValue] = [other, value]
  }
  const before = previous === undefined ? undefined : weights.get(previous)
  const isTie = before !== undefined && before / (sizes[previous ?? 0] ?? 1) >= bestValue * (1 - 1e-9)
  return isTie && previous !== undefined ? previous : best
}

function merge(between: readonly Weights[], into: number, from: number): void {
  const [target, source] = [between[into], between[from]]
  if (target === undefined || source === undefined) return
  target.delete(from)
  for (const [other, sum] of source) {
    if (other === into) continue
    const total = (target.get(other) ?? 0) + sum
    target.set(other, total)
    between[other]?.delete(from)
    between[other]?.set(into, total)
  }
  source.clear()
}

/** The leaves of each cluster in a row, which is joined to another at either end without being copied. */
class Paths {
  readonly #alike: readonly Weights[]
  /** The one or two items beside each item; -1 where there is none. */
  readonly #beside: Int32Array
  readonly #ends: [number, number][]

  constructor(n: number, alike: readonly Weights[]) {
    this.#alike = alike
    this.#beside = new Int32Array(n * 2).fill(-1)
    this.#ends = Array.from({ length: n }, (_, item) => [item, item])
  }

  join(into: number, from: number): void {
    const [first, last] = this.#ends[into] ?? [into, into]
    const [head, tail] = this.#ends[from] ?? [from, from]
    const meetings: readonly { readonly at: readonly [number, number]; readonly ends: [number, number] }[] = [
      { at: [last, head], ends: [first, tail] },
      { at: [last, tail], ends: [first, head] },
      { at: [first, head], ends: [last, tail] },
      { at: [first, tail], ends: [last, head] },
    ]
    const alikeAt = ([x, y]: readonly [number, number]) => this.#alike[x]?.get(y) ?? 0
    const best = meetings.reduce((chosen, next) => (alikeAt(next.at) > alikeAt(chosen.at) ? next : chosen))
    this.#put(best.at[0], best.at[1])
    this.#put(best.at[1], best.at[0])
    this.#ends[into] = best.ends
  }

  list(cluster: number): number[] {
    const items: number[] = []
    let [item, before] = [this.#ends[cluster]?.[0] ?? cluster, -1]
    while (item !== -1) {
      items.push(item)
      const [left, right] = [this.#beside[item * 2] ?? -1, this.#beside[item * 2 + 1] ?? -1]
      const next = left === before ? right : left
      ;[before, item] = [item, next]
    }
    return items
  }

  #put(item: number, other: number): void {
    this.#beside[this.#beside[item * 2] === -1 ? item * 2 : item * 2 + 1] = other
  }
}

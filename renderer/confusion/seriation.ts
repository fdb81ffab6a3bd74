// An order of classes that puts those next to each other which are confused with each other.
// Average-linkage clustering by nearest-neighbour chains (Murtagh 1983), leaves turned so that the ends that meet are alike.

/**
 * `similarity` is a symmetric n x n matrix (row-major, >= 0). Returns a permutation of 0..n-1.
 * Time and memory grow with n^2: 1,000 classes take some tens of milliseconds.
 */
export function seriate(similarity: Float32Array, n: number): number[] {
  const linkage = similarity.slice()
  const leaves: number[][] = Array.from({ length: n }, (_, index) => [index])
  const active = new Set(leaves.keys())
  const chain: number[] = []
  while (active.size > 1) {
    const top = chain.at(-1) ?? firstOf(active)
    if (chain.length === 0) chain.push(top)
    const next = mostSimilar(linkage, n, top, active, chain.at(-2))
    if (next !== chain.at(-2)) {
      chain.push(next)
      continue
    }
    chain.length -= 2
    merge(linkage, n, leaves, active, next, top)
    leaves[next] = join(similarity, n, leaves[next] ?? [], leaves[top] ?? [])
    active.delete(top)
  }
  return leaves[firstOf(active)] ?? []
}

function firstOf(active: ReadonlySet<number>): number {
  for (const item of active) return item
  return 0
}

/** The most similar active cluster; on a tie the one before in the chain, so that chains end. */
function mostSimilar(
  linkage: Float32Array,
  n: number,
  of: number,
  active: ReadonlySet<number>,
  previous: number | undefined,
): number {
  let best = previous ?? -1
  let bestValue = previous === undefined ? -1 : (linkage[of * n + previous] ?? 0)
  for (const other of active) {
    const value = linkage[of * n + other] ?? 0
    if (other !== of && value > bestValue) [best, bestValue] = [other, value]
  }
  return best
}

/** Lance-Williams update of the average linkage: `into` becomes the union of both. */
function merge(
  linkage: Float32Array,
  n: number,
  leaves: readonly (readonly number[])[],
  active: ReadonlySet<number>,
  into: number,
  from: number,
): void {
  const [sizeInto, sizeFrom] = [leaves[into]?.length ?? 0, leaves[from]?.length ?? 0]
  for (const other of active) {
    if (other === into || other === from) continue
    const sum = sizeInto * (linkage[into * n + other] ?? 0) + sizeFrom * (linkage[from * n + other] ?? 0)
    const mean = sum / (sizeInto + sizeFrom)
    linkage[into * n + other] = mean
    linkage[other * n + into] = mean
  }
}

function join(similarity: Float32Array, n: number, a: number[], b: number[]): number[] {
  const at = (x: number | undefined, y: number | undefined) => similarity[(x ?? 0) * n + (y ?? 0)] ?? 0
  const meetings = [
    { alike: at(a.at(-1), b[0]), order: () => [...a, ...b] },
    { alike: at(a.at(-1), b.at(-1)), order: () => [...a, ...b.toReversed()] },
    { alike: at(a[0], b[0]), order: () => [...a.toReversed(), ...b] },
    { alike: at(a[0], b.at(-1)), order: () => [...b, ...a] },
  ]
  const best = meetings.reduce((chosen, next) => (next.alike > chosen.alike ? next : chosen))
  return best.order()
}

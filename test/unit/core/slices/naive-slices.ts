// The definitions of the slice statistics, image by image and in plain words, to compare the fast path with.
// Its p values come from listing every possible draw, so classes have to be small.

export interface Image {
  readonly value: number
  readonly classCode: number
  /** Number of models that fail. */
  readonly failed: number
}

export interface NaiveSlice {
  readonly value: number
  readonly n: number
  readonly failures: number
  readonly expected: number
  readonly p: number
  readonly mostProbability: number
  readonly leastProbability: number
  readonly alpha: number
  readonly beta: number
}

export function naiveSlices(images: readonly Image[], models: number, adjusted: boolean): NaiveSlice[] {
  const stratumOf = (image: Image) => (adjusted ? image.classCode : 0)
  const s = (image: Image) => image.failed / models
  const overall = sum(images.map(s)) / images.length
  const expectedOf = (image: Image) => {
    if (!adjusted) return overall
    const others = images.filter((other) => other.classCode === image.classCode)
    return (sum(others.map(s)) - s(image) + 5 * overall) / (others.length - 1 + 5)
  }
  const binomial = (list: readonly Image[]) => sum(list.map((image) => expectedOf(image) * (1 - expectedOf(image))))
  const noise = sum(images.map((image) => (s(image) - expectedOf(image)) ** 2))
  const isUniform = images.every((image) => image.failed === images[0]!.failed)
  const lambda = models === 1 || binomial(images) === 0 ? 1 : isUniform ? 0 : noise / binomial(images)
  const values = [...new Set(images.map((image) => image.value))].sort((a, b) => a - b)
  const slices = values.map((value) => {
    const own = images.filter((image) => image.value === value)
    return {
      value,
      own,
      observed: sum(own.map(s)),
      expected: sum(own.map(expectedOf)),
      variance: lambda * binomial(own),
    }
  })
  const m = slices.length
  const between = sum(slices.map((slice) => (slice.observed - slice.expected) ** 2))
  const within = sum(slices.map((slice) => slice.variance))
  const weight = sum(slices.map((slice) => slice.variance * (slice.own.length - 1)))
  const raw = m === 1 || weight === 0 ? 0.001 : ((m / (m - 1)) * between - within) / weight
  const rho = Math.min(0.5, Math.max(0.001, raw))
  const kappa = (1 - rho) / rho
  return slices.map(({ value, own, observed, expected }) => {
    const n = own.length
    let totals = new Map([[0, 1]])
    for (const stratum of new Set(own.map(stratumOf))) {
      const members = images.filter((image) => stratumOf(image) === stratum).map((image) => image.failed)
      const drawn = own.filter((image) => stratumOf(image) === stratum).length
      totals = addUp(totals, everyDraw(members, drawn))
    }
    const all = sum([...totals.values()])
    const k = sum(own.map((image) => image.failed))
    const share = (keep: (total: number) => boolean) =>
      sum([...totals].filter(([total]) => keep(total)).map(([, count]) => count)) / all
    const [most, least] = [Math.max(...totals.keys()), Math.min(...totals.keys())]
    const mu = expected / n
    return {
      value,
      n,
      failures: observed,
      expected: mu,
      p: share((total) => total > k) + share((total) => total === k) / 2,
      mostProbability: share((total) => total === most),
      leastProbability: share((total) => total === least),
      alpha: observed + mu * kappa,
      beta: n - observed + (1 - mu) * kappa,
    }
  })
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

/** How many subsets of `size` have each total. */
function everyDraw(members: readonly number[], size: number): Map<number, number> {
  const counts = new Map<number, number>()
  const choose = (from: number, left: number, total: number): void => {
    if (left === 0) counts.set(total, (counts.get(total) ?? 0) + 1)
    else for (let i = from; i <= members.length - left; i++) choose(i + 1, left - 1, total + (members[i] ?? 0))
  }
  choose(0, size, 0)
  return counts
}

function addUp(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): Map<number, number> {
  const out = new Map<number, number>()
  for (const [x, countX] of a) {
    for (const [y, countY] of b) out.set(x + y, (out.get(x + y) ?? 0) + countX * countY)
  }
  return out
}

// What the nearest samples say of one, in a line. Pure.
import type { RunInfo } from '#contract/library.ts'
import type { Neighbours } from '#contract/vectors.ts'
import { formatNumber } from '../common/figures.ts'

type Neighbour = Neighbours['neighbours'][number]

/** Names of the runs that keep embeddings of some sample. */
export function runsWithEmbeddings(runs: readonly Pick<RunInfo, 'model' | 'kept'>[]): readonly string[] {
  return runs
    .filter(({ kept }) => kept.some(({ kind, samples }) => kind === 'embedding' && samples > 0))
    .map(({ model }) => model)
}

/** `similarity .81 to .93, 3 of 12 wrong`; what is not judged is not counted. */
export function describeNeighbours(neighbours: readonly Neighbour[]): string {
  const [nearest] = neighbours
  const last = neighbours.at(-1)
  if (nearest === undefined || last === undefined) return 'No other sample has an embedding.'
  const range =
    neighbours.length === 1
      ? formatNumber(nearest.similarity)
      : `${formatNumber(last.similarity)} to ${formatNumber(nearest.similarity)}`
  const judged = neighbours.filter(({ correct }) => correct !== null)
  const wrong = judged.filter(({ correct }) => correct === false).length
  return `similarity ${range}${judged.length === 0 ? '' : `, ${wrong} of ${judged.length} wrong`}`
}

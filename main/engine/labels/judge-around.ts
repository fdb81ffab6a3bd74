// Changes what is right for a dataset's samples and judges its runs again by it, all in one transaction.
import { FoibleError } from '#core/errors.ts'
import { type RunRecord, updateUnmappedClasses } from '#store/run-table.ts'
import type { DatasetColumns } from '#store/dataset-columns.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { type Truth, findTruthIn } from '../runs/truth.ts'
import { judgeRun } from './judge-run.ts'
import type { KeptRanks } from './kept-ranks.ts'
import { type LabelSpace, labelSpaceOfRun } from './label-space.ts'

export interface JudgingChange {
  /** Runs that it may concern. None of them may be predicting, see `refuseRunning`. */
  readonly runs: readonly RunRecord[]
  /** Ranks that were exact under what is brought back. */
  readonly remembered: KeptRanks
  /** Writes the change; gives what is to be written last, with the ranks that were exact until then. */
  readonly write: () => (lost: KeptRanks) => void
  /** Throws where a run cannot follow the change. */
  readonly check?: (run: RunRecord, before: Truth, after: Truth) => void
}

/** The models whose predictions were judged again. Names and caches of the columns are the caller's to renew. */
export function judgeAround(dataset: DatasetHandle, { runs, remembered, write, check }: JudgingChange): string[] {
  const { columns } = dataset
  const spaces = new Map(runs.map((run) => [run.id, labelSpaceOfRun(columns, run)]))
  for (const run of runs) columns.runColumns(run.model).fold()
  const before = findTruths(columns, spaces.values())
  const judgedAgain: string[] = []
  const takeOver = dataset.write(() => {
    const record = write()
    const after = findTruths(columns, spaces.values())
    const lost: KeptRanks = new Map()
    const written: (() => void)[] = []
    for (const run of runs) {
      const { key } = spaces.get(run.id)!
      const [was, is] = [before.get(key)!, after.get(key)!]
      check?.(run, was, is)
      const judged = judgeRun(dataset, run, was, is, remembered)
      lost.set(run.id, judged.lost)
      updateUnmappedClasses(dataset.db, run.id, is.unmapped)
      if (judged.rows.length === 0) continue
      written.push(columns.runColumns(run.model).writeJudgements(judged))
      judgedAgain.push(run.model)
    }
    record(lost)
    return written
  })
  for (const take of takeOver) take()
  return judgedAgain
}

/** `way`: what to do about it. */
export function refuseRunning(runs: readonly RunRecord[], way: string): void {
  const running = runs.find((run) => run.state === 'running')
  if (running === undefined) return
  const message = `${running.model} is predicting right now, and is judged as it goes. ${way}`
  throw new FoibleError('usage', message, { model: running.model })
}

/** By label space: the runs of one share the pass over the samples. */
function findTruths(columns: DatasetColumns, spaces: Iterable<LabelSpace>): ReadonlyMap<string, Truth> {
  const truths = new Map<string, Truth>()
  for (const space of spaces) if (!truths.has(space.key)) truths.set(space.key, findTruthIn(columns, space))
  return truths
}

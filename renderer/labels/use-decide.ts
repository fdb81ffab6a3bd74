// The call behind every decision about a class.
import type { LabelMapRow } from '#contract/labels.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { useSession } from '../session/session.ts'
import { isDecided } from './labels-model.ts'

export interface Decide {
  /** No ids: the model does not know the class. */
  readonly accept: (row: LabelMapRow, ids: readonly number[]) => Promise<void>
  /** Takes a decision back; what the names alone gave is decided to be nothing. */
  readonly clear: (row: LabelMapRow) => Promise<void>
  readonly isRunning: boolean
}

export function useDecide(model: string): Decide {
  const { dataset, recordDataAct } = useSession()
  const set = useEngineAction('labels.set')
  const decide = async (row: LabelMapRow, ids: readonly number[] | null) => {
    const decisions = [{ class: row.class, ids: ids && [...ids] }]
    const done = await set.run({ dataset: dataset.id, model, decisions })
    if (done !== null && done.changed > 0) recordDataAct()
  }
  return {
    accept: decide,
    clear: async (row) => {
      if (isDecided(row)) await decide(row, null)
      else if (row.accepted.length > 0) await decide(row, [])
    },
    isRunning: set.isRunning,
  }
}

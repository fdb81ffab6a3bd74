// Which runs a session is about, out of what somebody chose and what there is. Pure.
import { type JudgedRun, listAlike } from '#core/compare/describe-protocols.ts'
import type { SessionValues } from './session-store.ts'

export interface ChosenRuns {
  /** The run in focus; null while nothing has been predicted. */
  readonly model: string | null
  /** In the dataset's order. */
  readonly models: readonly string[]
}

/**
 * Chosen runs that are gone are dropped. Where nothing was chosen it is all runs that are judged as the one in focus is: figures over
 * runs that answer other questions would be over the few samples that all of them have judged, and like nothing.
 */
export function chooseRuns(
  runs: readonly JudgedRun[],
  { chosenModel, chosenModels }: Pick<SessionValues, 'chosenModel' | 'chosenModels'>,
): ChosenRuns {
  const names = runs.map((run) => run.model)
  const chosen = names.filter((name) => chosenModels?.includes(name) === true)
  const model = names.find((name) => name === chosenModel) ?? chosen[0] ?? names[0] ?? null
  if (chosen.length > 0 || model === null) return { model, models: chosen }
  return { model, models: listAlike(runs, model).map((run) => run.model) }
}

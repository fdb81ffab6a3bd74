// How fields of numbers are cut into bins, by dataset and field: the same on every screen.
import type { Bins } from '#contract/discovery.ts'
import type { PathOption } from './field-options.ts'
import { createViewState } from './view-state.ts'

export interface BinsOf {
  /** null: as the engine cuts it, and what is no field of numbers. */
  of(field: PathOption | null): Bins | null
  set(field: PathOption, bins: Bins | null): void
}

const useStates = createViewState<Readonly<Record<string, Bins | null>>>({})

export function useBins(dataset: string): BinsOf {
  const [state, change] = useStates(dataset)
  return {
    of: (field) => (field?.isNumber === true ? (state[field.value] ?? null) : null),
    set: (field, bins) => change({ [field.value]: bins }),
  }
}

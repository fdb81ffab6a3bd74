// What a view's controls are set to, kept while the program runs: per dataset, so that coming back finds them as they were.
import { create } from 'zustand'

export type UseViewState<T> = (dataset: string) => readonly [T, (change: Partial<T>) => void]

export function createViewState<T extends object>(initial: T): UseViewState<T> {
  const useStates = create<Readonly<Record<string, T>>>()(() => ({}))
  return (dataset) => {
    const state = useStates((states) => states[dataset]) ?? initial
    const change = (patch: Partial<T>) =>
      useStates.setState((states) => ({ [dataset]: { ...(states[dataset] ?? initial), ...patch } }))
    return [state, change]
  }
}

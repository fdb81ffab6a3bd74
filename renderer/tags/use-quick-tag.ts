// Putting tags on what is selected, or on the current sample where nothing is.
import { useQueryClient } from '@tanstack/react-query'
import { showError, useEngineAction } from '../engine/use-engine-action.ts'
import { useSessionContext } from '../session/session.ts'
import type { CallOutput } from '#contract/contract.ts'
import { useEngine } from '../engine/engine-context.tsx'

/** The samples that a tag is meant for. */
export function tagTarget(state: {
  readonly selectedIds: ReadonlySet<number>
  readonly currentId: number | null
}): readonly number[] {
  if (state.selectedIds.size > 0) return [...state.selectedIds]
  return state.currentId === null ? [] : [state.currentId]
}

export function useApplyTag(): (tag: string, ids: readonly number[], on: boolean) => Promise<boolean> {
  const { dataset, store } = useSessionContext()
  const apply = useEngineAction('tags.apply')
  return async (tag, ids, on) => {
    if (ids.length === 0) return false
    const { filter } = store.getState()
    const target = { kind: 'ids' as const, ids: [...ids], under: filter }
    const done = await apply.run({ dataset: dataset.id, tag, on, target })
    if (done === null) return false
    if (done.changed > 0) store.getState().recordDataAct()
    return true
  }
}

/** Toggles a tag on the current sample, puts it on all of a selection; resolves with true if it has been put on. */
export function useQuickTag(): (tag: string) => Promise<boolean> {
  const { dataset, store } = useSessionContext()
  const { client } = useEngine()
  const queries = useQueryClient()
  const apply = useApplyTag()
  return async (tag) => {
    const ids = tagTarget(store.getState())
    const [only] = ids
    if (only === undefined) return false
    const input = { dataset: dataset.id, id: only }
    try {
      const sample = await queries.fetchQuery<CallOutput<'samples.get'>>({
        queryKey: ['samples.get', input],
        queryFn: ({ signal }) => client.call('samples.get', input, { signal }),
      })
      const on = ids.length > 1 || !sample.tags.includes(tag)
      return (await apply(tag, ids, on)) && on
    } catch (error) {
      showError(error)
      return false
    }
  }
}

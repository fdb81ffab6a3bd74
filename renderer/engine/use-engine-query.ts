// Reading: one hook for every call that answers a question. The newest question wins; the old answer stays until then.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { CallInput, CallName, CallOutput } from '#contract/contract.ts'
import { FoibleError } from '#core/errors.ts'
import { useEngine } from './engine-context.tsx'

export type EngineQuery<T> =
  | { readonly status: 'loading'; readonly data: undefined; readonly error: null; readonly isStale: false }
  | {
      readonly status: 'error'
      readonly data: undefined
      readonly error: FoibleError
      readonly retry: () => void
      readonly isStale: false
    }
  /** `isStale`: the data answers the previous question and should be shown dimmed. */
  | { readonly status: 'ready'; readonly data: T; readonly error: null; readonly isStale: boolean }

export interface EngineQueryOptions {
  /** false: ask nothing yet (status `loading`). */
  readonly enabled?: boolean
}

/** Answers that change without an event, or stay when one comes: asked again whenever they are shown. */
const uncached: ReadonlySet<CallName> = new Set([
  'places.list',
  'imports.inspect',
  'app.doctor',
  'revisions.compare',
  'review.queue',
])

export function useEngineQuery<N extends CallName>(
  name: N,
  input: CallInput<N>,
  options: EngineQueryOptions = {},
): EngineQuery<CallOutput<N>> {
  const { client } = useEngine()
  const query = useQuery<CallOutput<N>>({
    queryKey: [name, input],
    queryFn: ({ signal }) => client.call(name, input, { signal }),
    enabled: options.enabled ?? true,
    placeholderData: keepPreviousData,
    ...(uncached.has(name) ? { staleTime: 0 } : {}),
  })
  if (query.isError) {
    return {
      status: 'error',
      data: undefined,
      error: toFoibleError(query.error),
      retry: () => void query.refetch(),
      isStale: false,
    }
  }
  if (query.data === undefined) return { status: 'loading', data: undefined, error: null, isStale: false }
  return { status: 'ready', data: query.data, error: null, isStale: query.isPlaceholderData }
}

export function toFoibleError(error: unknown): FoibleError {
  if (error instanceof FoibleError) return error
  return new FoibleError('internal', error instanceof Error ? error.message : String(error))
}

// Doing: a call that changes something. What goes wrong is said in a notification, in the engine's own words.
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import type { CallInput, CallName, CallOutput } from '#contract/contract.ts'
import type { FoibleError } from '#core/errors.ts'
import { useEngine } from './engine-context.tsx'
import { toFoibleError } from './use-engine-query.ts'

export interface EngineAction<N extends CallName> {
  /** Resolves with the answer, or null if the call failed (which has been shown by then). */
  readonly run: (input: CallInput<N>) => Promise<CallOutput<N> | null>
  readonly isRunning: boolean
  readonly error: FoibleError | null
  readonly reset: () => void
}

/** `quiet`: the caller shows `error` itself, so no notification appears. */
export function useEngineAction<N extends CallName>(
  name: N,
  options: { readonly quiet?: boolean } = {},
): EngineAction<N> {
  const { client } = useEngine()
  const mutation = useMutation<CallOutput<N>, unknown, CallInput<N>>({
    mutationFn: (input) => client.call(name, input),
    onError: (error) => {
      if (options.quiet !== true) showError(error)
    },
  })
  return {
    run: (input) => mutation.mutateAsync(input).catch(() => null),
    isRunning: mutation.isPending,
    error: mutation.error === null ? null : toFoibleError(mutation.error),
    reset: mutation.reset,
  }
}

/** Says a failure where no place on the screen belongs to it. Cancelling is no failure. */
export function showError(error: unknown): void {
  const { code, message } = toFoibleError(error)
  if (code === 'cancelled') return
  notifications.show({ color: 'red', title: 'That did not work', message, autoClose: 12_000 })
}

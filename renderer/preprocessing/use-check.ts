// Asks for a check of a model's preprocessing, tells how far it is, and remembers what came out.
import { useEffect, useRef, useState } from 'react'
import { create } from 'zustand'
import type { Progress } from '#contract/contract.ts'
import type { PreprocessingCheck } from '#contract/preprocessing.ts'
import type { FoibleError } from '#core/errors.ts'
import { useEngine } from '../engine/engine-context.tsx'
import { toFoibleError } from '../engine/use-engine-query.ts'

export type CheckState =
  | { readonly kind: 'open' }
  | { readonly kind: 'running'; readonly progress: Progress | null }
  | { readonly kind: 'failed'; readonly error: FoibleError }
  | { readonly kind: 'done'; readonly check: PreprocessingCheck }

interface DoneChecks {
  readonly checks: Readonly<Record<string, PreprocessingCheck>>
  readonly add: (key: string, check: PreprocessingCheck) => void
}

/** As long as the window is open: a check takes seconds, and says the same again. */
const useDoneChecks = create<DoneChecks>()((set) => ({
  checks: {},
  add: (key, check) => set(({ checks }) => ({ checks: { ...checks, [key]: check } })),
}))

const keyOf = (dataset: string, model: string) => `${dataset}\n${model}`

/** What the last check of a model on a dataset said; null where there was none. */
export function useDoneCheck(dataset: string, model: string): PreprocessingCheck | null {
  return useDoneChecks(({ checks }) => checks[keyOf(dataset, model)] ?? null)
}

export interface Check {
  readonly state: CheckState
  readonly start: (sampleSize: number) => void
  readonly cancel: () => void
}

/** Leaving the screen cancels what runs. */
export function useCheck(dataset: string, model: string): Check {
  const { client } = useEngine()
  const done = useDoneCheck(dataset, model)
  const add = useDoneChecks((state) => state.add)
  const [state, setState] = useState<CheckState>({ kind: 'open' })
  const running = useRef<AbortController | null>(null)
  useEffect(() => {
    setState({ kind: 'open' })
    return () => running.current?.abort()
  }, [dataset, model])

  async function start(sampleSize: number): Promise<void> {
    running.current?.abort()
    const controller = new AbortController()
    running.current = controller
    const settle = (next: CheckState) => {
      // A check that was left or superseded says nothing any more.
      if (running.current === controller && !controller.signal.aborted) setState(next)
    }
    setState({ kind: 'running', progress: null })
    try {
      const check = await client.call(
        'preprocessing.check',
        { dataset, model, sampleSize },
        { signal: controller.signal, onProgress: (progress) => settle({ kind: 'running', progress }) },
      )
      add(keyOf(dataset, model), check)
      settle({ kind: 'done', check })
    } catch (error) {
      settle({ kind: 'failed', error: toFoibleError(error) })
    }
  }

  return {
    state: state.kind === 'open' && done !== null ? { kind: 'done', check: done } : state,
    start: (sampleSize) => void start(sampleSize),
    cancel() {
      running.current?.abort()
      running.current = null
      setState({ kind: 'open' })
    },
  }
}

// The calls and the state behind the review: a queue that stays as it was asked for, a place in it, and the answers.
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { InferredField, ReviewAnswer, ReviewItem } from '#contract/infer.ts'
import type { CallOutput } from '#contract/contract.ts'
import { everything, type FilterExpr } from '#core/filter/expr.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { useEngineQuery, type EngineQuery } from '../engine/use-engine-query.ts'
import { createViewState } from '../parts/view-state.ts'
import { useSession, useSessionPart, type Session } from '../session/session.ts'
import { useUndo } from '../tags/use-undo.ts'
import { windowIds } from './review-model.ts'

interface ReviewState {
  readonly field: string | null
}
const useReviewState = createViewState<ReviewState>({ field: null })

export type Queue = CallOutput<'review.queue'>

export interface Review {
  readonly session: Session
  readonly fields: readonly string[]
  readonly field: string | null
  readonly setField: (field: string) => void
  readonly described: EngineQuery<InferredField>
  readonly queue: EngineQuery<Queue>
}

export function useReview(): Review {
  const session = useSession()
  const { dataset, filter } = session
  const [state, change] = useReviewState(dataset.id)
  const fields = dataset.fields.filter(({ inferredBy }) => inferredBy !== null).map(({ name }) => name)
  const field = fields.find((name) => name === state.field) ?? fields[0] ?? null
  const asked = { enabled: field !== null }
  const described = useEngineQuery('inferred.describe', { dataset: dataset.id, field: field ?? '-' }, asked)
  const queue = useEngineQuery('review.queue', { dataset: dataset.id, field: field ?? '-', filter }, asked)
  useReopened(described.data)
  return { session, fields, field, setField: (name) => change({ field: name }), described, queue }
}

/** Asks for the queue again when many answers were taken back at once: a single one is still in it. */
function useReopened(described: InferredField | undefined): void {
  const queries = useQueryClient()
  const before = useRef<InferredField | undefined>(undefined)
  useEffect(() => {
    const last = before.current
    before.current = described
    if (last === undefined || described === undefined || last.field !== described.field) return
    if (described.reviewed < last.reviewed - 1) void queries.invalidateQueries({ queryKey: ['review.queue'] })
  }, [described, queries])
}

export interface Walk {
  readonly at: number
  readonly id: number | null
  readonly item: ReviewItem | null
  readonly go: (to: number) => void
  readonly answer: (answer: ReviewAnswer) => void
  readonly undo: () => void
}

/** Walks through a queue. Every answer leads on at once; the engine is told meanwhile, in the order of the answers. */
export function useWalk(field: string, { ids }: Queue): Walk {
  const { dataset } = useSession()
  const newestAct = useSessionPart((state) => state.past.at(-1)?.kind)
  const recordDataAct = useSessionPart((state) => state.recordDataAct)
  const [at, setAt] = useState(0)
  const [answered, setAnswered] = useState<readonly number[]>([])
  const { undo } = useUndo()
  const send = useEngineAction('review.answer')
  const last = ids.length - 1
  const place = Math.min(at, Math.max(last, 0))
  const id = ids[place] ?? null
  const items = useEngineQuery(
    'review.items',
    { dataset: dataset.id, field, ids: windowIds(ids, place) },
    { enabled: id !== null },
  )
  const item = items.status === 'ready' ? (items.data.find((some) => some.id === id) ?? null) : null
  const go = (to: number) => setAt(Math.min(Math.max(to, 0), Math.max(last, 0)))
  useEffect(() => {
    setAt(0)
    setAnswered([])
  }, [ids])
  return {
    at: place,
    id,
    item,
    go,
    answer(answer) {
      if (id === null) return
      const here = place
      go(place + 1)
      setAnswered((before) => [...before, here])
      void send.run({ dataset: dataset.id, field, id, answer }).then((done) => {
        if (done !== null) return recordDataAct()
        // What was refused is still to be answered.
        setAnswered((before) => before.filter((other) => other !== here))
        setAt(here)
      })
    },
    undo() {
      const back = answered.at(-1)
      if (newestAct === 'data' && back !== undefined) {
        setAnswered(answered.slice(0, -1))
        setAt(back)
      }
      undo()
    },
  }
}

/** How many values in view, of those that nobody has decided about, have at least this margin. */
export function useRestCount(field: string, model: string, minMargin: number) {
  const { dataset, filter } = useSession()
  const rest: FilterExpr = {
    kind: 'and',
    items: [
      filter,
      { kind: 'compare', path: { kind: 'source', field }, op: '=', value: `inferred:${model}` },
      { kind: 'compare', path: { kind: 'margin', field }, op: '>=', value: minMargin },
    ],
  }
  return useEngineQuery('query.counts', { dataset: dataset.id, filter: rest, facets: [], top: 1 })
}

/** Confirms all from a margin on, and asks for the queue again. */
export function useConfirmRest(field: string): (minMargin: number) => Promise<void> {
  const { dataset, filter } = useSession()
  const queries = useQueryClient()
  const recordDataAct = useSessionPart((state) => state.recordDataAct)
  const confirm = useEngineAction('review.confirm')
  return async (minMargin) => {
    const done = await confirm.run({ dataset: dataset.id, field, filter, minMargin })
    if (done === null || done.changed === 0) return
    recordDataAct()
    await queries.invalidateQueries({ queryKey: ['review.queue'] })
  }
}

/** How often the model was right by another field, over the whole dataset. */
export function useAgreement(field: string, known: string | null) {
  const { dataset } = useSession()
  return useEngineQuery(
    'inferred.accuracy',
    { dataset: dataset.id, field, known: known ?? '-', filter: everything },
    { enabled: known !== null },
  )
}

// Calls and events over a channel: request, cancel, progress, reply, event. Knows no transport and no handler.
import { z } from 'zod'
import { FoibleError, errorCodes } from '#core/errors.ts'
import type { Channel } from './channel.ts'
import {
  calls,
  type CallInput,
  type CallName,
  type CallOutput,
  type EventName,
  type EventPayload,
  type Handlers,
  type Progress,
} from './contract.ts'

type Wire =
  | { readonly type: 'request'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly type: 'reply'; readonly id: number; readonly ok: true; readonly output: unknown }
  | {
      readonly type: 'reply'
      readonly id: number
      readonly ok: false
      readonly error: { readonly code: string; readonly message: string; readonly details: Record<string, unknown> }
    }
  | { readonly type: 'event'; readonly name: EventName; readonly payload: unknown }

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

export interface RpcClient {
  call<N extends CallName>(name: N, input: CallInput<N>, options?: CallOptions): Promise<CallOutput<N>>
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void
  /** Called once when the engine is gone; pending calls have failed with `network` by then. */
  onClose(listener: () => void): void
  close(): void
}

export interface RpcServer {
  emit<N extends EventName>(name: N, payload: EventPayload<N>): void
  close(): void
}

/** Serves `handlers` on a channel. `logBug` gets every unexpected error and returns the id shown to the user. */
export function serveRpc(
  channel: Channel,
  handlers: Handlers,
  logBug: (error: unknown, call: string) => string,
): RpcServer {
  const running = new Map<number, AbortController>()
  channel.onMessage((message) => {
    const wire = message as Wire
    if (wire.type === 'cancel') running.get(wire.id)?.abort()
    if (wire.type === 'request') void answer(wire.id, wire.name, wire.input)
  })
  channel.onClose(() => {
    for (const controller of running.values()) controller.abort()
    running.clear()
  })

  async function answer(id: number, name: string, input: unknown): Promise<void> {
    const controller = new AbortController()
    running.set(id, controller)
    try {
      const output = await invoke(handlers, name, input, controller.signal, (progress) =>
        channel.send({ type: 'progress', id, progress } satisfies Wire),
      )
      channel.send({ type: 'reply', id, ok: true, output } satisfies Wire)
    } catch (error) {
      channel.send({ type: 'reply', id, ok: false, error: toWireError(error, name, logBug) } satisfies Wire)
    } finally {
      running.delete(id)
    }
  }

  return {
    emit: (name, payload) => channel.send({ type: 'event', name, payload } satisfies Wire),
    close: () => channel.close(),
  }
}

async function invoke(
  handlers: Handlers,
  name: string,
  input: unknown,
  signal: AbortSignal,
  progress: (progress: Progress) => void,
): Promise<unknown> {
  if (!Object.hasOwn(calls, name)) throw new FoibleError('usage', `There is no call named ${name}.`, { name })
  const parsed = calls[name as CallName].input.safeParse(input)
  if (!parsed.success) {
    throw new FoibleError('usage', `${name}: ${z.prettifyError(parsed.error)}`, { issues: parsed.error.issues })
  }
  const handler = handlers[name as CallName] as (input: unknown, context: object) => unknown
  return await handler(parsed.data, { signal, progress })
}

/** Expected failures cross as they are; anything else is logged once and crosses as `internal` with its id. */
function toWireError(error: unknown, name: string, logBug: (error: unknown, call: string) => string) {
  if (error instanceof FoibleError) return { code: error.code, message: error.message, details: { ...error.details } }
  const id = logBug(error, name)
  return { code: 'internal', message: `Something went wrong inside Foible (${id}).`, details: { id } }
}

/** The caller's side of a channel. */
export function connectRpc(channel: Channel): RpcClient {
  let nextId = 1
  let closed = false
  const pending = new Map<number, { settle: (wire: Wire & { type: 'reply' }) => void; options: CallOptions }>()
  const listeners = new Map<string, Set<(payload: never) => void>>()
  const closeListeners: (() => void)[] = []

  channel.onMessage((message) => {
    const wire = message as Wire
    if (wire.type === 'reply') pending.get(wire.id)?.settle(wire)
    if (wire.type === 'progress') pending.get(wire.id)?.options.onProgress?.(wire.progress)
    if (wire.type === 'event') for (const listener of listeners.get(wire.name) ?? []) listener(wire.payload as never)
  })
  channel.onClose(() => {
    closed = true
    for (const [id, call] of pending) call.settle({ type: 'reply', id, ok: false, error: goneError })
    for (const listener of closeListeners) listener()
  })

  function call<N extends CallName>(name: N, input: CallInput<N>, options: CallOptions = {}): Promise<CallOutput<N>> {
    return new Promise((resolve, reject) => {
      if (options.signal?.aborted) return reject(new FoibleError('cancelled', 'Cancelled.'))
      if (closed) return reject(fromWireError(goneError))
      const id = nextId++
      const cancel = () => {
        channel.send({ type: 'cancel', id } satisfies Wire)
        pending.delete(id)
        reject(new FoibleError('cancelled', 'Cancelled.'))
      }
      options.signal?.addEventListener('abort', cancel, { once: true })
      pending.set(id, {
        options,
        settle: (wire) => {
          pending.delete(id)
          options.signal?.removeEventListener('abort', cancel)
          if (wire.ok) resolve(wire.output as CallOutput<N>)
          else reject(fromWireError(wire.error))
        },
      })
      channel.send({ type: 'request', id, name, input } satisfies Wire)
    })
  }

  return {
    call,
    on(name, listener) {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(listener as (payload: never) => void))
      return () => set.delete(listener as (payload: never) => void)
    },
    onClose: (listener) => closeListeners.push(listener),
    close: () => channel.close(),
  }
}

const goneError = {
  code: 'network',
  message: 'The engine stopped. What was stored is kept; Foible starts it again.',
  details: {},
}

function fromWireError(error: { code: string; message: string; details: Record<string, unknown> }): FoibleError {
  const code = errorCodes.find((known) => known === error.code) ?? 'internal'
  return new FoibleError(code, error.message, error.details)
}

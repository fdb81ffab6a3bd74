// One analysis thread: started with the first call, started again after it died. Its calls are answered in the order in which
// they come, but for those that take turns.
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { CallContext } from '#contract/contract.ts'
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { DatasetColumns } from '#store/dataset-columns.ts'
import type { PackedKey } from '#store/packed-source.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { packFailure, unpackFailure } from './failures.ts'
import {
  type DatasetState,
  type PackedReply,
  type ThreadData,
  type ThreadReply,
  type ThreadRequest,
  callState,
} from './thread-messages.ts'

/** Names and results of ten million samples; the arrays lie outside. */
const resourceLimits = { maxOldGenerationSizeMb: 4096 }

interface Call {
  readonly name: string
  readonly dataset: DatasetHandle
  readonly input: unknown
  readonly context: CallContext
  readonly state: Int32Array
  readonly resolve: (output: unknown) => void
  readonly reject: (error: Error) => void
}

/** What the thread was told of a dataset, and when. */
interface Told {
  readonly dataset: DatasetHandle
  readonly columns: DatasetColumns
  readonly stamp: number
}

interface Thread {
  readonly worker: Worker
  readonly arrays: MessagePort
  readonly answered: Int32Array
  readonly told: Map<string, Told>
  readonly calls: Map<number, Call>
  readonly releases: Map<number, () => void>
  /** Whether it was ever heard of: one that cannot start is not started for the same calls again. */
  isUp: boolean
}

export class ThreadLane {
  readonly #entry: string
  #thread: Thread | null = null
  #nextId = 1
  #isClosed = false

  constructor(entry: string) {
    this.#entry = entry
  }

  /** Before the first call, which then need not wait for it. */
  start(): void {
    this.#thread ??= this.#start()
  }

  /** Throws what the call throws, `cancelled` once the signal is aborted, and a plain error if the thread died of it. */
  async call(name: string, dataset: DatasetHandle, input: unknown, context: CallContext): Promise<unknown> {
    const { signal } = context
    throwIfCancelled(signal)
    if (this.#isClosed) throw new FoibleError('cancelled', 'Cancelled.')
    const state = new Int32Array(new SharedArrayBuffer(callState.length * Int32Array.BYTES_PER_ELEMENT))
    let abandon = () => {}
    try {
      return await new Promise((resolve, reject) => {
        const call = { name, dataset, input, context, state, resolve, reject }
        abandon = () => this.#abandon(call)
        signal.addEventListener('abort', abandon)
        this.#send(call)
      })
    } finally {
      signal.removeEventListener('abort', abandon)
    }
  }

  /** Abandons the calls about a dataset; resolves once its files are closed. */
  async release(dataset: string): Promise<void> {
    const thread = this.#thread
    if (thread === null || !thread.told.delete(dataset)) return
    for (const call of thread.calls.values()) if (call.dataset.id === dataset) this.#abandon(call)
    const id = this.#nextId++
    await new Promise<void>((resolve) => {
      thread.releases.set(id, resolve)
      post(thread, { type: 'release', id, dataset })
    })
  }

  /** Calls under way fail with `cancelled`, as do later ones. */
  async close(): Promise<void> {
    this.#isClosed = true
    const thread = this.#thread
    if (thread === null) return
    for (const call of thread.calls.values()) this.#abandon(call)
    await thread.worker.terminate()
  }

  #send(call: Call): void {
    const thread = (this.#thread ??= this.#start())
    const { name, input, state, dataset } = call
    const id = this.#nextId++
    thread.calls.set(id, call)
    post(thread, { type: 'call', id, name, input, state, dataset: tell(thread, dataset) })
  }

  /** A thread at work sees the shared state only; one that takes turns hears the message. */
  #abandon(call: Call): void {
    Atomics.store(call.state, callState.cancelled, 1)
    const thread = this.#thread
    for (const [id, other] of thread?.calls ?? []) {
      if (other !== call) continue
      thread!.calls.delete(id)
      post(thread!, { type: 'cancel', id })
    }
    call.reject(new FoibleError('cancelled', 'Cancelled.'))
  }

  #start(): Thread {
    const { port1, port2 } = new MessageChannel()
    const answered = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    const worker = new Worker(this.#entry, {
      name: 'foible-analysis',
      workerData: { arrays: port2, answered } satisfies ThreadData,
      transferList: [port2],
      resourceLimits,
    })
    const none = { told: new Map(), calls: new Map(), releases: new Map(), isUp: false }
    const thread: Thread = { worker, arrays: port1, answered, ...none }
    let cause: unknown = null
    worker.on('error', (error) => (cause = error))
    worker.on('message', (message: ThreadReply) => receive(thread, message))
    worker.on('exit', () => this.#afterExit(thread, cause))
    return thread
  }

  /** Calls that it had not begun are its successor's; one that it had may be why it died. */
  #afterExit(thread: Thread, cause: unknown): void {
    this.#thread = null
    thread.arrays.close()
    for (const resolve of thread.releases.values()) resolve()
    for (const call of thread.calls.values()) {
      const hasBegun = Atomics.load(call.state, callState.started) === 1
      if (hasBegun || !thread.isUp) call.reject(new Error(`The analysis thread ended during ${call.name}.`, { cause }))
      else this.#send(call)
    }
  }
}

function post({ worker }: Thread, message: ThreadRequest): void {
  worker.postMessage(message)
}

/** The dataset as it is now, with what the thread has to forget of it. */
function tell(thread: Thread, dataset: DatasetHandle): DatasetState {
  const { id, folder, version, columns } = dataset
  const { rowCount, changes } = columns
  const told = thread.told.get(id)
  const forgotten = told?.columns === columns ? changes.since(told.stamp) : null
  thread.told.set(id, { dataset, columns, stamp: changes.stamp })
  const { writes } = changes
  return { id, folder, rowCount, version, writes, written: Atomics.load(writes, 0), forgotten }
}

function receive(thread: Thread, message: ThreadReply): void {
  thread.isUp = true
  if (message.type === 'packed') return answerPacked(thread, message.dataset, message.key)
  if (message.type === 'released') {
    thread.releases.get(message.id)?.()
    thread.releases.delete(message.id)
    return
  }
  // Nobody waits for an abandoned call any more.
  const call = thread.calls.get(message.id)
  if (message.type === 'progress') return call?.context.progress(message.progress)
  thread.calls.delete(message.id)
  if (message.type === 'answer') call?.resolve(message.output)
  else call?.reject(unpackFailure(message.failure))
}

/** Wakes the thread up with an array, or with why there is none. */
function answerPacked({ told, arrays, answered }: Thread, dataset: string, key: PackedKey): void {
  let reply: PackedReply
  try {
    const known = told.get(dataset)
    // Renumbered or let go since: the call that asks is not for anybody.
    if (known === undefined || known.dataset.columns !== known.columns) throw new FoibleError('cancelled', 'Cancelled.')
    reply = { packed: known.columns.packed(key) }
  } catch (error) {
    reply = { failure: packFailure(error, told.get(dataset)?.dataset.folder ?? dataset) }
  }
  arrays.postMessage(reply)
  Atomics.store(answered, 0, 1)
  Atomics.notify(answered, 0)
}

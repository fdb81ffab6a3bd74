// Answers calls on an analysis thread, over the arrays that the engine's thread holds. One call runs at a time, but for those
// that take turns; what waits here and is abandoned meanwhile never runs.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { CallContext } from '#contract/contract.ts'
import type { AnalysisHandlers } from '#handlers/analysis.ts'
import type { AnalysisParts } from '#handlers/handler-parts.ts'
import type { Packed } from '#store/packed-column.ts'
import type { PackedKey } from '#store/packed-source.ts'
import { CalledDataset, throwIfAbandoned } from './called-dataset.ts'
import { packFailure, unpackFailure } from './failures.ts'
import { FollowedDataset } from './followed-dataset.ts'
import {
  type DatasetState,
  type PackedReply,
  type ThreadData,
  type ThreadReply,
  type ThreadRequest,
  callState,
} from './thread-messages.ts'

type AnyHandler = (input: unknown, context: CallContext) => unknown

/** `handlersOf`: the calls, over the dataset that is asked about. */
export function answerCalls(handlersOf: (parts: AnalysisParts) => AnalysisHandlers): void {
  const { arrays, answered } = workerData as ThreadData
  const engine = parentPort!
  const datasets = new Map<string, FollowedDataset>()
  const running = new Map<number, AbortController>()

  function reply(message: ThreadReply): void {
    engine.postMessage(message)
  }

  /** Sleeps until the engine's thread has answered. */
  function askForPacked(dataset: string, key: PackedKey): Packed {
    Atomics.store(answered, 0, 0)
    reply({ type: 'packed', dataset, key })
    Atomics.wait(answered, 0, 0)
    const answer = receiveMessageOnPort(arrays)?.message as PackedReply
    if ('failure' in answer) throw unpackFailure(answer.failure)
    return answer.packed
  }

  function follow(state: DatasetState): FollowedDataset {
    const known = datasets.get(state.id)
    if (known === undefined) {
      const opened = new FollowedDataset(state, (key) => askForPacked(state.id, key))
      datasets.set(state.id, opened)
      return opened
    }
    try {
      known.follow(state)
      return known
    } catch (error) {
      release(state.id)
      throw error
    }
  }

  function release(dataset: string): void {
    datasets.get(dataset)?.close()
    datasets.delete(dataset)
  }

  async function answer({ id, name, input, dataset, state }: ThreadRequest & { readonly type: 'call' }): Promise<void> {
    const controller = new AbortController()
    running.set(id, controller)
    try {
      Atomics.store(state, callState.started, 1)
      // What is to be forgotten is told once, whether the call is still wanted or not.
      const followed = follow(dataset)
      throwIfAbandoned(state)
      const handlers = handlersOf({ library: { dataset: () => new CalledDataset(followed, dataset, state) } })
      const handler = new Map<string, unknown>(Object.entries(handlers)).get(name) as AnyHandler
      const output = await handler(input, {
        signal: controller.signal,
        progress: (progress) => reply({ type: 'progress', id, progress }),
      })
      reply({ type: 'answer', id, output })
    } catch (error) {
      reply({ type: 'failure', id, failure: packFailure(error, dataset.folder) })
    } finally {
      running.delete(id)
    }
  }

  engine.on('message', (request: ThreadRequest) => {
    switch (request.type) {
      case 'call':
        void answer(request)
        return
      case 'cancel':
        running.get(request.id)?.abort()
        return
      case 'release':
        release(request.dataset)
        reply({ type: 'released', id: request.id })
    }
  })
}

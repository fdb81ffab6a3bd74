// Analysis beside the engine's thread, so that it always answers: what a click asks for on one thread, what takes longer on
// another.
import type { CallContext } from '#contract/contract.ts'
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { AnalysisHandlers } from '#handlers/analysis.ts'
import { raceAbort } from '#hub/race-abort.ts'
import type { DatasetReaders, Library } from '../library.ts'
import { ThreadLane } from './thread-lane.ts'

/** A call fails for what changed under it this often before that is its answer. */
const mostAttempts = 3

/** What a screen needs before it shows anything; these share counts. */
function isClick(name: string): boolean {
  return name.startsWith('query.') || name === 'datasets.open'
}

type AnyHandler = (input: { readonly dataset: string }, context: CallContext) => unknown

export class AnalysisThreads implements DatasetReaders {
  readonly #library: Library
  readonly #lanes: { readonly clicks: ThreadLane; readonly studies: ThreadLane }
  readonly #held = new Map<string, Promise<void>>()
  #isClosed = false

  /** `entry`: the module that a thread starts with. */
  constructor(library: Library, entry: string) {
    this.#library = library
    this.#lanes = { clicks: new ThreadLane(entry), studies: new ThreadLane(entry) }
  }

  /** The thread that the first screen asks is there when it does. */
  warmUp(): void {
    this.#lanes.clicks.start()
  }

  /** The same calls as these, answered by the threads. */
  handlers(inline: AnalysisHandlers): AnalysisHandlers {
    const threaded = Object.keys(inline).map((name) => {
      const handler: AnyHandler = (input, context) => this.#call(name, input, context)
      return [name, handler]
    })
    // The same names with functions of the same types, which Object.keys has lost.
    return Object.fromEntries(threaded) as AnalysisHandlers
  }

  /** Nobody reads the dataset until the returned function is called; calls about it wait, those under way begin again. */
  async letGo(dataset: string): Promise<() => void> {
    while (this.#held.has(dataset)) await this.#held.get(dataset)
    const held = Promise.withResolvers<void>()
    this.#held.set(dataset, held.promise)
    await Promise.all(Object.values(this.#lanes).map((lane) => lane.release(dataset)))
    return () => {
      this.#held.delete(dataset)
      held.resolve()
    }
  }

  /** Calls under way fail with `cancelled`, as do later ones: nothing is opened any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(Object.values(this.#lanes).map((lane) => lane.close()))
  }

  /** While data changes, a call may find some of it before and some after: where it fails of that, it is made again. */
  async #call(name: string, input: { readonly dataset: string }, context: CallContext): Promise<unknown> {
    const lane = isClick(name) ? this.#lanes.clicks : this.#lanes.studies
    for (let attempt = 1; ; attempt++) {
      // Without a wait where nothing is held: the call is of the data as they are now.
      for (let held; (held = this.#held.get(input.dataset)) !== undefined;) await raceAbort(held, context.signal)
      if (this.#isClosed) throw new FoibleError('cancelled', 'Cancelled.')
      const dataset = this.#library.dataset(input.dataset)
      const { version } = dataset
      try {
        return await lane.call(name, dataset, input, context)
      } catch (error) {
        throwIfCancelled(context.signal)
        const hasChanged = dataset.version !== version || this.#held.has(input.dataset)
        if (!hasChanged || attempt === mostAttempts) throw error
      }
    }
  }
}

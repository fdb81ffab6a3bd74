// An analysis thread whose work can be held up and counted: mining and comparing pass a gate, which the test opens. Both sides
// share its memory as environment data of threads.
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'
import path from 'node:path'
import { projectRoot } from './test-engine.ts'

/** The module that such a thread starts with. */
export const gatedEntry = path.join(projectRoot, 'test/support/gated-analysis-thread.ts')

const dataKey = 'foible-test-gate'
const places = { order: 0, arrived: 1, opened: 2, begun: 3, ended: 4 } as const
type Place = keyof typeof places

export const orders = { pass: 0, hold: 1, die: 2 } as const

export class Gate {
  readonly #memory: Int32Array

  constructor(memory: Int32Array) {
    this.#memory = memory
  }

  /** Of the threads that are started from now on. */
  static forNewThreads(): Gate {
    const memory = new Int32Array(new SharedArrayBuffer(Object.keys(places).length * Int32Array.BYTES_PER_ELEMENT))
    setEnvironmentData(dataKey, memory)
    return new Gate(memory)
  }

  /** In such a thread. */
  static ofThread(): Gate {
    return new Gate(getEnvironmentData(dataKey) as Int32Array)
  }

  get(place: Place): number {
    return Atomics.load(this.#memory, places[place])
  }

  set(place: Place, value: number): void {
    Atomics.store(this.#memory, places[place], value)
    Atomics.notify(this.#memory, places[place])
  }

  /** Nothing is held up, nothing was counted. */
  reset(): void {
    this.#memory.fill(0)
  }

  count(place: 'begun' | 'ended'): void {
    Atomics.add(this.#memory, places[place], 1)
  }

  /** What comes next waits at the gate. */
  close(): void {
    this.set('arrived', 0)
    this.set('opened', 0)
    this.set('order', orders.hold)
  }

  open(): void {
    this.set('order', orders.pass)
    this.set('opened', 1)
  }

  /** Sleeps until the gate is open. */
  pass(): void {
    this.set('arrived', 1)
    Atomics.wait(this.#memory, places.opened, 0)
  }

  /** Resolves once a call stands at the gate. */
  async arrival(): Promise<void> {
    await Atomics.waitAsync(this.#memory, places.arrived, 0).value
  }
}

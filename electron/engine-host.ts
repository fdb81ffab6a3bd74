// Keeps the engine's process alive: starts it, starts it again when it dies, and carries requests to it.
// Knows nothing of windows; what it cannot mend it reports once through `onRefused`.
import { join } from 'node:path'
import { MessageChannelMain, utilityProcess, type MessagePortMain, type UtilityProcess } from 'electron'
import type { EngineMessage, EngineStart, HostImage, HostMessage, ImageKind } from './host-protocol.ts'
import type { SecretStore } from './secret-store.ts'

export interface EngineHostOptions {
  /** null = the engine's default folder. */
  readonly library: string | null
  readonly secrets: SecretStore
  /** The engine refuses to start, or has died too often: nothing more will be tried. */
  readonly onRefused: (reason: string) => void
}

const entry = join(import.meta.dirname, '..', 'node', 'engine-process.js')

/** An engine that dies this often within the window is not started again. */
const maxDeaths = 4
const deathWindowMs = 60_000
const stopTimeoutMs = 5_000

interface Pending {
  readonly resolve: (message: EngineMessage) => void
  readonly reject: (error: Error) => void
}

export class EngineHost {
  readonly #options: EngineHostOptions
  readonly #pending = new Map<number, Pending>()
  #process: UtilityProcess | null = null
  #ready = Promise.withResolvers<UtilityProcess>()
  #deaths: number[] = []
  #lastWords = ''
  #isStopping = false
  #nextId = 1

  constructor(options: EngineHostOptions) {
    this.#options = options
    this.#start()
  }

  /** Process id of the running engine; null while there is none. */
  get processId(): number | null {
    return this.#process?.pid ?? null
  }

  /** A port on which a renderer can call the engine; waits until there is an engine. */
  async connect(): Promise<MessagePortMain> {
    const engine = await this.#ready.promise
    const { port1, port2 } = new MessageChannelMain()
    engine.postMessage({ type: 'connect' } satisfies HostMessage, [port1])
    return port2
  }

  /** null where there is no such image. Rejects if the engine dies before it has answered. */
  async image(dataset: string, sample: number, kind: ImageKind, signal: AbortSignal): Promise<HostImage | null> {
    const id = this.#nextId++
    const engine = await this.#ready.promise
    signal.addEventListener('abort', () => engine.postMessage({ type: 'cancel', id } satisfies HostMessage), {
      once: true,
    })
    const answer = await this.#ask(engine, { type: 'image', id, dataset, sample, kind })
    return answer.type === 'image' ? answer.image : null
  }

  /** null where no such picture is held. */
  async tensorPicture(key: string): Promise<HostImage | null> {
    const answer = await this.#ask(await this.#ready.promise, { type: 'tensor', id: this.#nextId++, key })
    return answer.type === 'image' ? answer.image : null
  }

  /** The place id under which the renderer may name this path. */
  async registerPlace(path: string): Promise<string | null> {
    const answer = await this.#ask(await this.#ready.promise, { type: 'place', id: this.#nextId++, path })
    return answer.type === 'place' ? answer.place : null
  }

  /** Lets the engine close its files; ends it if it takes too long. */
  async stop(): Promise<void> {
    this.#isStopping = true
    const engine = this.#process
    if (engine === null) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => engine.kill(), stopTimeoutMs)
      engine.once('exit', () => {
        clearTimeout(timer)
        resolve()
      })
      engine.postMessage({ type: 'stop' } satisfies HostMessage)
    })
  }

  #start(): void {
    const { library, secrets } = this.#options
    const start: EngineStart = { library, hasKeychain: secrets.isAvailable }
    const engine = utilityProcess.fork(entry, [JSON.stringify(start)], {
      serviceName: 'Foible engine',
      stdio: ['ignore', 'inherit', 'pipe'],
    })
    this.#process = engine
    this.#lastWords = ''
    engine.stderr?.on('data', (chunk: Buffer) => {
      process.stderr.write(chunk)
      this.#lastWords = (this.#lastWords + chunk.toString('utf8')).slice(-2000)
    })
    engine.on('message', (message: EngineMessage) => this.#receive(engine, message))
    engine.once('exit', () => this.#afterExit())
  }

  #receive(engine: UtilityProcess, message: EngineMessage): void {
    if (message.type === 'ready') return this.#ready.resolve(engine)
    if (message.type === 'refused') {
      this.#isStopping = true
      return this.#options.onRefused(message.message)
    }
    if (message.type === 'secret') return this.#answerSecret(engine, message)
    this.#pending.get(message.id)?.resolve(message)
    this.#pending.delete(message.id)
  }

  /** The engine's process has no access to the keychain; its one secret passes on this channel only, and is never logged. */
  #answerSecret(engine: UtilityProcess, { id, name, value }: EngineMessage & { readonly type: 'secret' }): void {
    const { secrets } = this.#options
    const answer = (kept: string | null, failure: string | null) =>
      engine.postMessage({ type: 'secret', id, value: kept, failure } satisfies HostMessage)
    try {
      if (value !== undefined) secrets.set(name, value)
      answer(secrets.get(name), null)
    } catch (error) {
      answer(null, error instanceof Error ? error.message : String(error))
    }
  }

  #afterExit(): void {
    this.#process = null
    this.#ready = Promise.withResolvers()
    for (const { reject } of this.#pending.values()) reject(new Error('The engine stopped.'))
    this.#pending.clear()
    if (this.#isStopping) return
    const now = Date.now()
    this.#deaths = [...this.#deaths.filter((at) => now - at < deathWindowMs), now]
    if (this.#deaths.length < maxDeaths) return this.#start()
    this.#isStopping = true
    this.#options.onRefused(
      `Foible's engine stopped ${maxDeaths} times within a minute. What was stored is kept. It said last:\n\n${this.#lastWords.trim()}`,
    )
  }

  #ask(engine: UtilityProcess, message: HostMessage & { readonly id: number }): Promise<EngineMessage> {
    return new Promise((resolve, reject) => {
      this.#pending.set(message.id, { resolve, reject })
      engine.postMessage(message)
    })
  }
}

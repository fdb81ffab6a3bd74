// A handle on one prediction process: requests in, replies out one at a time, and a typed error if it dies.
import { FoibleError } from '#core/errors.ts'
import { fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PredictReply, PredictRequest } from './predict-messages.ts'

type ReplyOf<T extends PredictReply['type']> = Extract<PredictReply, { type: T }>

export interface PredictProcess {
  readonly send: (request: PredictRequest) => void
  /** The next reply, which has to be of this type; rejects once the process has failed. One caller at a time. */
  readonly next: <T extends PredictReply['type']>(type: T) => Promise<ReplyOf<T>>
  /** Kills the process; what waits for a reply, now or later, gets this error. */
  readonly fail: (error: FoibleError) => void
  readonly kill: () => void
}

const keptStderrLines = 20

/** The entry beside this module: the source, which Node runs as it is, or what the bundler made of it. */
const besideThis = new URL(`predict-process${extname(import.meta.url)}`, import.meta.url)

/** @param entry The predict-process module; without it the one beside this file. */
export function forkPredictProcess(entry: URL | string = besideThis): PredictProcess {
  const child = fork(entry instanceof URL ? fileURLToPath(entry) : entry, [], {
    execPath: process.execPath,
    execArgv: [],
    // In Electron the same binary has to behave as Node.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const replies: PredictReply[] = []
  let stderr: string[] = []
  let failure: FoibleError | null = null
  let waiter: { resolve: (reply: PredictReply) => void; reject: (error: FoibleError) => void } | null = null

  function fail(error: FoibleError): void {
    failure ??= error
    child.kill('SIGKILL')
    waiter?.reject(failure)
    waiter = null
  }

  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = [...stderr, ...text.split('\n').filter((line) => line.trim() !== '')].slice(-keptStderrLines)
  })
  child.on('message', (reply: PredictReply) => {
    if (reply.type === 'failed') {
      fail(new FoibleError(reply.code, reply.message, reply.details))
    } else if (waiter) {
      waiter.resolve(reply)
      waiter = null
    } else {
      replies.push(reply)
    }
  })
  child.on('error', (cause) =>
    fail(
      new FoibleError(
        'predictor_failed',
        `The prediction process cannot be reached (${cause.message}): run the prediction again.`,
        {},
        { cause },
      ),
    ),
  )
  child.on('close', (exitCode, exitSignal) => fail(deathOf(exitCode, exitSignal, stderr)))

  return {
    // Where it cannot be written to any more it is ending, and its end says why.
    send: (request) => void child.send(request, (error) => error !== null && child.kill('SIGKILL')),
    async next<T extends PredictReply['type']>(type: T) {
      const reply =
        replies.shift() ??
        (await new Promise<PredictReply>((resolve, reject) => {
          if (failure) reject(failure)
          else waiter = { resolve, reject }
        }))
      if (!isOfType(reply, type)) throw new Error(`the prediction process answered ${reply.type}, not ${type}`)
      return reply
    },
    fail,
    kill: () => void child.kill('SIGKILL'),
  }
}

function isOfType<T extends PredictReply['type']>(reply: PredictReply, type: T): reply is ReplyOf<T> {
  return reply.type === type
}

function deathOf(exitCode: number | null, exitSignal: NodeJS.Signals | null, stderr: readonly string[]): FoibleError {
  const last = stderr.at(-1)
  const how = exitSignal === null ? `ended with code ${exitCode}` : `was ended by ${exitSignal}`
  const memory =
    exitSignal === 'SIGKILL'
      ? ' The system may have run out of memory: close other programs, or choose a smaller batch.'
      : ''
  return new FoibleError(
    'predictor_failed',
    `The prediction process ${how}${last === undefined ? '' : ` (${last})`}.${memory} What was predicted is kept: start the run again to go on.`,
    { exitCode, exitSignal, stderr },
  )
}

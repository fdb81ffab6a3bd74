// npm run fuzz: damages files by seeded choices and lets every reader read them, in a process of its own.
// Options: --seconds N, --seed N, --only READER, --replay CASE.
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type CaseName, formatCase, type Outcome, parseCase } from './cases.ts'
import type { Reply, Request } from './fuzz-process.ts'
import { Random } from './random.ts'
import { readers } from './readers.ts'

const hangMs = 5_000
/** The first case of a process also starts the engine. */
const startMs = 60_000
const maxBytes = 2 ** 30
/** A process that has had so much is replaced before its next case, so that what a case takes is seen. */
const replacedBytes = 2 ** 29
const heapMegabytes = 1024

type Verdict = Outcome['verdict'] | 'crash' | 'hang' | 'memory'

interface Judged {
  readonly verdict: Verdict
  readonly detail: string
}

/** A process for cases, replaced when it dies, hangs or has grown. */
class Attacked {
  readonly #folder: string
  #process: ChildProcess | null = null
  #count = 0
  peakBytes = 0

  constructor(folder: string) {
    this.#folder = folder
  }

  async list(reader: string): Promise<NonNullable<Reply['files']>> {
    const reply = await this.#ask({ list: reader }, startMs)
    if (typeof reply === 'string' || reply.files === undefined)
      throw new Error(`the files of ${reader} cannot be listed`)
    return reply.files
  }

  async run(name: CaseName): Promise<Judged> {
    if (this.peakBytes > replacedBytes) this.stop()
    const isFirst = this.#process === null
    const reply = await this.#ask({ run: name }, isFirst ? startMs : hangMs)
    if (reply === 'hang')
      return { verdict: 'hang', detail: `no answer within ${(isFirst ? startMs : hangMs) / 1000} s` }
    if (typeof reply === 'string') return { verdict: 'crash', detail: reply }
    if (reply.peakBytes > maxBytes) return { verdict: 'memory', detail: `${Math.round(reply.peakBytes / 2 ** 20)} MB` }
    return reply.outcome!
  }

  /** Starts a process if there is none, and has it ready for a case that is timed. */
  async warm(): Promise<void> {
    if (this.#process !== null) return
    await this.run(parseCase('npy/arrays/logits.npy:0'))
  }

  stop(): void {
    this.#process?.kill('SIGKILL')
    this.#process = null
    this.peakBytes = 0
  }

  /** The reply, `hang`, or how the process ended. */
  async #ask(request: Request, ms: number): Promise<Reply | string> {
    const child = (this.#process ??= this.#start())
    let timer: NodeJS.Timeout | undefined
    const answer = new Promise<Reply | string>((resolve) => {
      child.once('message', (reply: Reply) => resolve(reply))
      child.once('exit', (code, signal) => resolve(`ended with ${signal ?? code}`))
      timer = setTimeout(() => resolve('hang'), ms)
    })
    child.send(request)
    const reply = await answer
    clearTimeout(timer)
    child.removeAllListeners('message')
    child.removeAllListeners('exit')
    if (typeof reply === 'string') this.stop()
    else this.peakBytes = reply.peakBytes
    return reply
  }

  #start(): ChildProcess {
    const folder = path.join(this.#folder, String(++this.#count))
    const entry = path.join(import.meta.dirname, 'fuzz-process.ts')
    return fork(entry, [folder], {
      execArgv: [`--max-old-space-size=${heapMegabytes}`, '--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
  }
}

const isBad = ({ verdict }: Judged) => verdict !== 'ok' && verdict !== 'typed'

/** A bad verdict has to be seen twice: a busy machine is slow for other reasons. */
async function judgeTwice(attacked: Attacked, name: CaseName): Promise<Judged> {
  await attacked.warm()
  const first = await attacked.run(name)
  if (!isBad(first)) return first
  attacked.stop()
  await attacked.warm()
  const second = await attacked.run(name)
  if (isBad(second)) attacked.stop()
  return isBad(second) ? second : { ...second, detail: `${second.detail} (once: ${first.verdict})` }
}

async function attack(attacked: Attacked, seconds: number, seed: number, only: readonly string[]): Promise<number> {
  const chosen = Object.keys(readers).filter((reader) => only.length === 0 || only.includes(reader))
  if (chosen.length === 0) throw new Error(`there is no such reader; choose among ${Object.keys(readers).join(', ')}`)
  const files = new Map<string, NonNullable<Reply['files']>>()
  for (const reader of chosen) files.set(reader, await attacked.list(reader))
  const counts = new Map<string, Map<Verdict, number>>()
  const findings = new Map<string, string>()
  const endsAt = performance.now() + seconds * 1000
  for (let number = seed; performance.now() < endsAt; number++) {
    const random = new Random(`case ${number}`)
    const reader = random.pick(chosen)
    const name = { reader, ...random.pick(files.get(reader)!), seed: number }
    const { verdict, detail } = await judgeTwice(attacked, name)
    const own = counts.get(reader) ?? new Map<Verdict, number>()
    counts.set(reader, own.set(verdict, (own.get(verdict) ?? 0) + 1))
    if (!isBad({ verdict, detail })) continue
    // One of a kind is enough to read.
    const kind = `${reader} ${verdict} ${detail.split('\n').slice(0, 3).join(' ')}`
    if (!findings.has(kind)) process.stdout.write(`\n${verdict}: ${formatCase(name)}\n${indent(detail)}\n`)
    findings.set(kind, formatCase(name))
  }
  process.stdout.write(`\n${formatCounts(counts)}\n`)
  for (const found of findings.values()) process.stdout.write(`npm run fuzz -- --replay '${found}'\n`)
  return findings.size === 0 ? 0 : 1
}

async function replay(attacked: Attacked, text: string): Promise<number> {
  const judged = await judgeTwice(attacked, parseCase(text))
  process.stdout.write(`${judged.verdict}: ${text}\n${indent(judged.detail)}\n`)
  return isBad(judged) ? 1 : 0
}

function formatCounts(counts: ReadonlyMap<string, ReadonlyMap<Verdict, number>>): string {
  const verdicts = ['ok', 'typed', 'unclassified', 'unsound', 'crash', 'hang', 'memory'] as const
  const line = (cells: readonly (string | number)[]) =>
    cells.map((cell, i) => (i === 0 ? String(cell).padEnd(14) : String(cell).padStart(13))).join('')
  const sum = (own: ReadonlyMap<Verdict, number>) => [...own.values()].reduce((total, count) => total + count, 0)
  return [
    line(['reader', 'cases', ...verdicts]),
    ...[...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([reader, own]) => line([reader, sum(own), ...verdicts.map((verdict) => own.get(verdict) ?? 0)])),
    `${[...counts.values()].reduce((total, own) => total + sum(own), 0)} cases`,
  ].join('\n')
}

function indent(text: string): string {
  return text
    .split('\n')
    .slice(0, 12)
    .map((line) => `  ${line}`)
    .join('\n')
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', multiple: true, default: [] },
      replay: { type: 'string' },
    },
  })
  const folder = await mkdtemp(path.join(tmpdir(), 'foible-fuzz-'))
  const attacked = new Attacked(folder)
  try {
    if (values.replay !== undefined) return await replay(attacked, values.replay)
    return await attack(attacked, Number(values.seconds), Number(values.seed), values.only)
  } finally {
    attacked.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

process.exitCode = await main()

// How long the engine's thread keeps others waiting while it analyses a million samples with three runs, by itself and with
// threads beside it, and what a call on a thread costs more. Prints figures, asserts nothing. Usage: npm run bench -- answering
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { CallInput, CallName } from '#contract/contract.ts'
import { type FilterExpr, everything } from '#core/filter/expr.ts'
import { type Engine, createEngine } from '#engine/create-engine.ts'
import { syntheticId, syntheticModels, writeSyntheticLibrary } from './synthetic-library.ts'

const rows = 1_000_000
const models = [...syntheticModels]
const smallRows = 2000
const manyCalls = 300

type Question = { readonly [N in CallName]: readonly [N, CallInput<N>] }[CallName]

const filter: FilterExpr = { kind: 'compare', path: { kind: 'field', name: 'outdoor' }, op: '=', value: true }
const under = { dataset: syntheticId, filter }
const field = { kind: 'field', name: 'background' } as const
const questions: readonly Question[] = [
  ['query.counts', { ...under, facets: null, top: 20 }],
  ['slices.compute', { ...under, models, field, cross: null, adjust: 'auto', bins: null, crossBins: null }],
  ['overview.compute', { ...under, models }],
  ['compare.compute', { ...under, models }],
  ['confusion.compute', { ...under, model: models[0]!, by: null, value: null }],
  ['metrics.compute', { ...under, models, by: field, bins: null }],
  ['discovery.compute', { ...under, models, fields: null, minSupport: 20, pairs: true, bins: [] }],
]

async function ask(engine: Engine, [name, input]: Question): Promise<number> {
  const handler = engine.handlers[name] as (input: unknown, context: object) => unknown
  const startedMs = performance.now()
  await handler(input, { signal: new AbortController().signal, progress: () => {} })
  return performance.now() - startedMs
}

/** Processor time of the engine's thread, in milliseconds: what others take of the machine does not count. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Milliseconds in all, and the longest that the engine's thread worked without looking who else asks. */
async function measure(engine: Engine, question: Question): Promise<readonly [number, number]> {
  let before = cpuMs()
  let longestMs = 0
  const look = () => {
    longestMs = Math.max(longestMs, cpuMs() - before)
    before = cpuMs()
  }
  const looking = setInterval(look, 1)
  const tookMs = await ask(engine, question)
  look()
  clearInterval(looking)
  return [tookMs, longestMs]
}

/** By call: as `measure`. Columns are read, and threads started, before. */
async function measureAll(library: string, threads: boolean): Promise<string[]> {
  const engine = createEngine({ library, background: false, threads })
  await ask(engine, ['query.counts', { dataset: syntheticId, filter: everything, facets: null, top: 20 }])
  await ask(engine, ['overview.compute', { dataset: syntheticId, filter: everything, models }])
  const words: string[] = []
  for (const question of questions) {
    const [tookMs, waitMs] = await measure(engine, question)
    words.push(`${tookMs.toFixed(0)} ms (${waitMs.toFixed(1)} ms)`)
  }
  await engine.close()
  return words
}

async function measureCalls(library: string, threads: boolean): Promise<void> {
  const engine = createEngine({ library, background: false, threads })
  const question: Question = ['query.counts', { dataset: syntheticId, filter: everything, facets: null, top: 20 }]
  const firstMs = await ask(engine, question)
  for (let call = 0; call < manyCalls; call++) await ask(engine, question)
  const startedMs = performance.now()
  for (let call = 0; call < manyCalls; call++) await ask(engine, question)
  const eachMs = (performance.now() - startedMs) / manyCalls
  const how = threads ? 'with threads' : 'by itself'
  console.log(
    `remembered counts of ${smallRows} samples, ${how}: ${eachMs.toFixed(2)} ms; first call ${firstMs.toFixed(0)} ms`,
  )
  await engine.close()
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'foible-bench-'))
try {
  const large = path.join(folder, 'large')
  await writeSyntheticLibrary(large, rows)
  const alone = await measureAll(large, false)
  const beside = await measureAll(large, true)
  console.log(`${rows.toLocaleString('en-US')} samples, ${models.length} runs: time in all (longest wait of others)`)
  questions.forEach(([name], i) => console.log(`${name.padEnd(18)} by itself ${alone[i]}; with threads ${beside[i]}`))
  const small = path.join(folder, 'small')
  await writeSyntheticLibrary(small, smallRows)
  for (const threads of [false, true]) await measureCalls(small, threads)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

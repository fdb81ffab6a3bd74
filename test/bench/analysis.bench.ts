// The analysis engine at a million samples with three runs, beside DuckDB and SQLite doing the same work in the same run. Prints
// figures beside the targets and asserts nothing. Usage: npm run bench -- analysis, or node test/bench/analysis.bench.ts [rows].
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { connectRpc, serveRpc } from '#contract/rpc.ts'
import { createChannelPair } from '#contract/channel-pair.ts'
import { type FilterExpr, everything } from '#core/filter/expr.ts'
import { createEngine } from '#engine/create-engine.ts'
import { DatasetHandle } from '#engine/dataset-handle.ts'
import { type OtherEngine, benchFields, columnOf, openDuckDb, openSqlite, writeBenchParquet } from './other-engines.ts'
import { broadFilter, createRandom, syntheticId, syntheticModels, writeSyntheticLibrary } from './synthetic-library.ts'

const rows = Number(process.argv[2] ?? 1_000_000)
const isLarge = rows > 2_000_000
const repeats = isLarge ? 5 : 9
/** SQLite takes seconds for what others do in milliseconds, and minutes for ten times as much. */
const slowRepeats = isLarge ? 1 : 3
const startRepeats = 3
const taggedRows = 50_000
const pageOffset = Math.min(200_000, Math.floor(rows / 5))

interface Line {
  readonly work: string
  readonly target: string
  readonly foible: number
  readonly others: ReadonlyMap<string, number>
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

async function time(work: (round: number) => unknown, rounds = repeats): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const startedMs = performance.now()
    await work(round)
    times.push(performance.now() - startedMs)
  }
  return median(times)
}

function print({ work, target, foible, others }: Line): void {
  const beside = [...others].map(
    ([name, ms]) => `${name} ${ms.toFixed(1).padStart(9)} ms (${(ms / foible).toFixed(1)} x)`,
  )
  console.log(`${work.padEnd(46)} ${foible.toFixed(1).padStart(9)} ms  target ${target.padEnd(8)} ${beside.join('  ')}`)
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'foible-bench-'))
const library = path.join(folder, 'library')
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`

try {
  console.log(
    `${rows.toLocaleString('en-US')} samples x ${syntheticModels.length} runs, medians of ${repeats} (starts ${startRepeats}, SQLite ${slowRepeats})`,
  )
  const { importMs, runsMs } = await writeSyntheticLibrary(library, rows)
  const datasetFolder = path.join(library, 'datasets', syntheticId)
  const others = await openOthers(datasetFolder)
  const loaded = new Map<string, number>()
  for (const other of others) loaded.set(other.name, await time(() => other.load(), 1))
  add('import without pixels', '10 s', importMs, loaded)
  console.log(`storing three runs took ${(runsMs / 1000).toFixed(1)} s`)
  const disk = statSync(path.join(datasetFolder, 'dataset.sqlite')).size
  console.log(
    `disk: ${megabytes(disk)}, target 150 MB; ${others.map((other) => `${other.name} ${megabytes(other.bytes())}`).join('; ')}`,
  )

  const cold = Array.from({ length: startRepeats }, () => startCold())
  console.log(
    `memory after first counts: ${megabytes(median(cold.map((run) => run['memoryMb']!)) * 1e6)}, target ${isLarge ? '1.5 GB' : '300 MB'}`,
  )
  const countedMs = median(cold.map((run) => run['countedMs']!))
  console.log(`of a start, ${countedMs.toFixed(0)} ms open the dataset and count, in code that has never run before`)
  const cli = fileURLToPath(new URL('../../dist/node/cli.js', import.meta.url))
  if (existsSync(cli)) {
    const count = () => run(cli, 'facets', syntheticId, '--library', library, '--json')
    await ask(
      others,
      'cold start: a process that counts all fields',
      isLarge ? '3000' : '600',
      await time(count, startRepeats),
      (other) => other.startProcess(),
      startRepeats,
    )
  } else console.log('The built program is left out: npm run bench builds it.')
  await ask(
    others,
    'opened again in one process, and counted',
    '',
    await time(reopen, startRepeats),
    (other) => other.reopen(),
    startRepeats,
  )

  const engine = createEngine({ library, background: false })
  const [near, far] = createChannelPair()
  serveRpc(far, engine.handlers, String)
  const { call } = connectRpc(near)
  const dataset = syntheticId
  // Every round has a filter of its own, so that nothing is answered from what is remembered.
  let limit: number = broadFilter.value
  const nextFilter = (): FilterExpr => ({ ...broadFilter, value: (limit += 1e-6) })
  const everyRow = (): FilterExpr => ({
    kind: 'compare',
    path: { kind: 'field', name: 'id' },
    op: '>',
    value: -(limit += 1),
  })
  await call('datasets.open', { dataset })

  const facets = [...benchFields, 'score'].map((name) => ({ kind: 'field' as const, name }))
  const modelFacets = syntheticModels.flatMap((model) =>
    (['correct', 'predicted', 'top5_correct'] as const).map((property) => ({ kind: 'run' as const, model, property })),
  )
  const sqlFacets = [...benchFields, 'score']
  const sqlModelFacets = syntheticModels.flatMap((_, m) =>
    ['correct', 'predicted', 'top5_correct'].map((property) => columnOf(m, property)),
  )
  const counts = (paths: object[]) =>
    call('query.counts', { dataset, filter: nextFilter(), facets: paths as never, top: 20 })
  await counts([...facets, ...modelFacets])
  const fieldsMs = await time(() => counts(facets))
  await ask(others, 'broad filter (37 %) and counts of 8 fields', isLarge ? '' : '8', fieldsMs, (other) =>
    other.counts(sqlFacets, -0.26),
  )
  // The score, then the codes of seven fields in one or two bytes.
  printBound(fieldsMs, rows * (4 + 9))
  const allFacetsMs = await time(() => counts([...facets, ...modelFacets]))
  await ask(others, 'the same with nine model facets', isLarge ? '80' : '16', allFacetsMs, (other) =>
    other.counts([...sqlFacets, ...sqlModelFacets], -0.26),
  )
  printBound(allFacetsMs, rows * (4 + 9 + 3 * 4))
  const confidence = syntheticModels.flatMap((model) =>
    (['confidence', 'entropy', 'margin'] as const).map((property) => ({ kind: 'run' as const, model, property })),
  )
  add('the same with nine histograms of models', '', await time(() => counts([...facets, ...confidence])), new Map())
  const slices = (filter: FilterExpr, models: readonly string[]) =>
    call('slices.compute', {
      dataset,
      filter,
      field: { kind: 'field', name: 'background' },
      cross: null,
      models: [...models],
      adjust: 'auto',
    })
  await ask(
    others,
    'slices of 468 values, all rows',
    '30',
    await time(() => slices(everyRow(), ['model-a'])),
    (other) => other.slices('background', 'm0', null),
  )
  await ask(
    others,
    'slices of 468 values, broad filter',
    '30',
    await time(() => slices(nextFilter(), ['model-a'])),
    (other) => other.slices('background', 'm0', -0.26),
  )
  add('the same, three models', '', await time(() => slices(nextFilter(), syntheticModels)), new Map())
  await ask(
    others,
    'confusion of 1,000 classes, all rows',
    '15',
    await time(() =>
      call('confusion.compute', { dataset, filter: everyRow(), model: 'model-a', by: null, value: null }),
    ),
    (other) => other.confusion('m0'),
  )
  const page = () =>
    call('query.page', {
      dataset,
      filter: nextFilter(),
      order: {
        groupBy: null,
        sort: { path: { kind: 'run', model: 'model-a', property: 'confidence' }, descending: true },
      },
      offset: pageOffset,
      limit: 100,
      columns: [{ kind: 'field', name: 'label' }],
    })
  add('the first page of an order, which is worked out', '', await time(page, 1), new Map())
  const pageMs = await time(page)
  await ask(others, 'page of 100, sorted, new filter', isLarge ? '' : '10', pageMs, (other) =>
    other.page('m0', -0.26, pageOffset),
  )
  printBound(pageMs, rows * (4 + 4))
  add(
    'who fails where, three models',
    '',
    await time(() => call('compare.compute', { dataset, filter: nextFilter(), models: [...syntheticModels] })),
    new Map(),
  )
  const random = createRandom(5)
  const someIds = () => Array.from({ length: taggedRows }, () => 1 + Math.floor(random() * rows))
  await ask(
    others,
    'tag 50,000 samples, durable',
    '20',
    await time((round) =>
      call('tags.apply', { dataset, tag: `tag ${round}`, target: { kind: 'ids', ids: someIds() }, on: true }),
    ),
    (other, round) => other.tag(`tag ${round}`, someIds()),
  )
  console.log(`memory at the end, with the other engines in it: ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`)
  await engine.close()
  for (const other of others) other.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Runs a program of its own; returns what it printed. */
function run(program: string, ...args: readonly string[]): string {
  return execFileSync(process.execPath, [program, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 })
}

function startCold(): Record<string, number> {
  return JSON.parse(run(fileURLToPath(new URL('cold-start.ts', import.meta.url)), library)) as Record<string, number>
}

/** Opens the library anew in this process, as the other engines do their files. */
async function reopen(): Promise<void> {
  const engine = createEngine({ library, background: false })
  const [near, far] = createChannelPair()
  serveRpc(far, engine.handlers, String)
  const { call } = connectRpc(near)
  await call('datasets.open', { dataset: syntheticId })
  await call('query.counts', { dataset: syntheticId, filter: everything, facets: null, top: 20 })
  await engine.close()
}

/** What reading so many bytes once takes here, with nothing done but to add them up: no engine on one thread is faster than that. */
function printBound(ms: number, bytes: number): void {
  const words = new Float64Array(Math.ceil(bytes / 8)).fill(1)
  const times = Array.from({ length: 5 }, () => {
    const startedMs = performance.now()
    sumOf(words)
    return performance.now() - startedMs
  })
  const boundMs = median(times)
  console.log(
    `${''.padEnd(46)} ${boundMs.toFixed(1).padStart(9)} ms  to read its ${megabytes(bytes)} once: ${((boundMs / ms) * 100).toFixed(0)} % of the bound`,
  )
}

function sumOf(words: Float64Array): number {
  let sum = 0
  for (let i = 0; i < words.length; i++) sum += words[i]!
  return sum
}

function add(work: string, target: string, foible: number, others: ReadonlyMap<string, number>): void {
  print({ work, target, foible, others })
}

/** The same work by the other engines. */
async function ask(
  others: readonly OtherEngine[],
  work: string,
  target: string,
  foible: number,
  question: (other: OtherEngine, round: number) => Promise<void>,
  rounds = repeats,
): Promise<void> {
  const times = new Map<string, number>()
  for (const other of others) {
    const asked = other.name === 'SQLite' ? slowRepeats : rounds
    times.set(other.name, await time((round) => question(other, round), asked))
  }
  add(work, target, foible, times)
}

async function openOthers(datasetFolder: string): Promise<OtherEngine[]> {
  const handle = new DatasetHandle(syntheticId, datasetFolder)
  const parquet = path.join(folder, 'bench.parquet')
  writeBenchParquet(handle, syntheticModels, parquet)
  const duckdb = await openDuckDb(folder, parquet)
  if (duckdb === null) console.log('DuckDB is left out: its package for this platform is not installed.')
  const sqlite = openSqlite(folder, handle, syntheticModels)
  return duckdb === null ? [sqlite] : [duckdb, sqlite]
}

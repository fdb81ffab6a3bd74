// The analysis engine at a million samples with three runs: prints figures beside the targets, asserts nothing.
// Usage: npm run bench -- analysis [rows]
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { connectRpc, serveRpc } from '#contract/rpc.ts'
import { createChannelPair } from '#contract/channel-pair.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { createEngine } from '#engine/create-engine.ts'
import { broadFilter, createRandom, syntheticId, syntheticModels, writeSyntheticLibrary } from './synthetic-library.ts'

const rows = Number(process.argv[2] ?? 1_000_000)
const repeats = 9
const library = mkdtempSync(path.join(os.tmpdir(), 'foible-bench-'))

function print(what: string, ms: number, target: string): void {
  console.log(`${what.padEnd(58)} ${ms.toFixed(1).padStart(9)} ms   target ${target}`)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

async function time(work: (round: number) => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < repeats; round++) {
    const startedMs = performance.now()
    await work(round)
    times.push(performance.now() - startedMs)
  }
  return median(times)
}

try {
  console.log(`${rows.toLocaleString('en-US')} samples x ${syntheticModels.length} runs, medians of ${repeats}`)
  const { importMs, runsMs } = await writeSyntheticLibrary(library, rows)
  print('import without pixels', importMs, '10 s')
  print('store three runs', runsMs, '-')
  const file = path.join(library, 'datasets', syntheticId, 'dataset.sqlite')
  console.log(`${'disk'.padEnd(58)} ${(statSync(file).size / 1e6).toFixed(1).padStart(9)} MB   target 150 MB`)

  const coldStart = fileURLToPath(new URL('cold-start.ts', import.meta.url))
  const cold = Array.from(
    { length: 3 },
    () =>
      JSON.parse(execFileSync(process.execPath, [coldStart, library], { encoding: 'utf8' })) as Record<string, number>,
  )
  print('cold start to first counts (engine)', median(cold.map((run) => run['countedMs']!)), '1,500 (600 later)')
  print('cold start to first counts (whole process)', median(cold.map((run) => run['processMs']!)), '1,500')
  console.log(
    `${'memory after first counts'.padEnd(58)} ${median(cold.map((run) => run['memoryMb']!))
      .toFixed(1)
      .padStart(9)} MB   target 300 MB`,
  )

  const engine = createEngine({ library, background: false })
  const [near, far] = createChannelPair()
  serveRpc(far, engine.handlers, String)
  const client = connectRpc(near)
  const dataset = syntheticId
  // Every round has a filter of its own, so that nothing is answered from what is remembered.
  const filterOf = (round: number): FilterExpr => ({ ...broadFilter, value: broadFilter.value + round * 1e-6 })
  await client.call('datasets.open', { dataset })
  const fields = ['background', 'texture', 'material', 'nuisance', 'place', 'outdoor', 'label', 'score'] as const
  const facets = fields.map((name) => ({ kind: 'field' as const, name }))
  const modelFacets = syntheticModels.flatMap((model) =>
    (['correct', 'predicted', 'top5_correct'] as const).map((property) => ({ kind: 'run' as const, model, property })),
  )
  const counts = (round: number, paths: object[]) =>
    client.call('query.counts', { dataset, filter: filterOf(round), facets: paths as never, top: 20 })
  await counts(-1, [...facets, ...modelFacets])
  print('broad filter (37 %) + counts of 8 fields', await time((round) => counts(round, facets)), '30 (8 later)')
  print(
    'the same with nine model facets',
    await time((round) => counts(round + 20, [...facets, ...modelFacets])),
    '- (16 later)',
  )

  const slices = (round: number, field: string, models: readonly string[]) =>
    client.call('slices.compute', {
      dataset,
      filter: filterOf(round),
      field: { kind: 'field', name: field },
      cross: null,
      models: [...models],
      adjust: 'auto',
    })
  print(
    'slices of 468 values, one model',
    await time((round) => slices(round + 40, 'background', ['model-a'])),
    '100 (30 later)',
  )
  print(
    'slices of 468 values, three models',
    await time((round) => slices(round + 60, 'background', syntheticModels)),
    '100',
  )
  print(
    'slices of 468 values, all rows, one model',
    await time((round) =>
      client.call('slices.compute', {
        dataset,
        filter: { kind: 'compare', path: { kind: 'field', name: 'id' }, op: '>', value: -round },
        field: { kind: 'field', name: 'background' },
        cross: null,
        models: ['model-a'],
        adjust: 'auto',
      }),
    ),
    '100',
  )
  print(
    'confusion of 1,000 classes, all samples',
    await time((round) =>
      client.call('confusion.compute', {
        dataset,
        filter: { kind: 'compare', path: { kind: 'field', name: 'id' }, op: '>', value: -round - 1 },
        model: 'model-a',
        by: null,
        value: null,
      }),
    ),
    '- (15 later)',
  )
  print(
    'page of 100, sorted by confidence, new filter',
    await time((round) =>
      client.call('query.page', {
        dataset,
        filter: filterOf(round + 80),
        order: {
          groupBy: null,
          sort: { path: { kind: 'run', model: 'model-a', property: 'confidence' }, descending: true },
        },
        offset: 200_000,
        limit: 100,
        columns: [{ kind: 'field', name: 'label' }],
      }),
    ),
    '- (10 later)',
  )
  const random = createRandom(5)
  print(
    'tag 50,000 samples, durable',
    await time((round) => {
      const ids = Array.from({ length: 50_000 }, () => 1 + Math.floor(random() * rows))
      return client.call('tags.apply', { dataset, tag: `tag ${round}`, target: { kind: 'ids', ids }, on: true })
    }),
    '100 (20 later)',
  )
  print(
    'tag the samples of a filter (37 %), durable',
    await time((round) =>
      client.call('tags.apply', {
        dataset,
        tag: 'broad',
        target: { kind: 'filter', filter: filterOf(round) },
        on: round % 2 === 0,
      }),
    ),
    '-',
  )
  console.log(`${'memory at the end'.padEnd(58)} ${(process.memoryUsage().rss / 1e6).toFixed(1).padStart(9)} MB`)
  await engine.close()
} finally {
  rmSync(library, { recursive: true, force: true })
}

// Embeddings of 100,000 samples: storing them in batches of 8, their size on disk, loading them, and nearest neighbours.
// Usage: npm run bench -- vectors, or node test/bench/vectors.bench.ts [samples] [numbers]
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { DatasetHandle } from '#engine/dataset-handle.ts'
import { findNearest, meanDirection } from '#engine/vectors/find-nearest.ts'
import { loadVectors } from '#engine/vectors/load-vectors.ts'
import { updateRunSettings } from '#store/run-table.ts'
import { createRandom, syntheticId, syntheticModels, writeSyntheticLibrary } from './synthetic-library.ts'

const samples = Number(process.argv[2] ?? 100_000)
const size = Number(process.argv[3] ?? 512)
const batch = 8
const queries = 9
const library = mkdtempSync(path.join(os.tmpdir(), 'foible-bench-'))
const [run] = syntheticModels
const never = new AbortController().signal

function print(what: string, figure: number, unit: string): void {
  console.log(`${what.padEnd(58)} ${figure.toFixed(1).padStart(9)} ${unit}`)
}

async function timed<T>(work: () => Promise<T> | T): Promise<{ result: T; ms: number }> {
  const startedMs = performance.now()
  const result = await work()
  return { result, ms: performance.now() - startedMs }
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

try {
  console.log(`${samples.toLocaleString('en-US')} samples x ${size} numbers`)
  await writeSyntheticLibrary(library, samples)
  const folder = path.join(library, 'datasets', syntheticId)
  const file = path.join(folder, 'dataset.sqlite')
  const handle = new DatasetHandle(syntheticId, folder)
  const record = handle.columns.run(run)
  handle.db.pragma('wal_checkpoint(TRUNCATE)')
  const before = statSync(file).size
  handle.write(() => updateRunSettings(handle.db, record.id, { ...record.settings, kept: { embedding: size } }))
  handle.columns.reloadNames()
  const columns = handle.columns.runColumns(run)
  const random = createRandom(3)
  const nothing = {
    providerCode: 0,
    sampleIds: new Uint32Array(),
    topCodes: new Uint32Array(),
    topProbabilities: new Float32Array(),
    entropy: new Float32Array(),
    margin: new Float32Array(),
    truthConfidence: new Float32Array(),
    truthRank: new Uint32Array(),
  }
  const stored = await timed(() => {
    for (let first = 1; first <= samples; first += batch) {
      const count = Math.min(batch, samples - first + 1)
      const sampleIds = Uint32Array.from({ length: count }, (_, i) => first + i)
      // Between 2^-5 and 2 in size, of both signs.
      const halves = Uint16Array.from({ length: count * size }, () => {
        const bits = Math.floor(random() * 2 ** 16)
        return (bits & 0x83ff) | ((10 + (bits % 6)) << 10)
      })
      columns.append(nothing, [], { embedding: { sampleIds, halves } })
    }
  })
  handle.db.pragma('wal_checkpoint(TRUNCATE)')
  const promised = samples * (2 * size + 4)
  print('store, a batch of 8 a transaction', stored.ms, `ms (${(samples / (stored.ms / 1000)).toFixed(0)} a second)`)
  print('promised on disk', promised / 1e6, 'MB')
  print('on disk', (statSync(file).size - before) / 1e6, 'MB')

  const { result: vectors, ms } = await timed(() => loadVectors(handle, run, 'embedding'))
  print('load into memory', ms, 'ms')
  const times: number[] = []
  const blocked: number[] = []
  for (let i = 0; i < queries; i++) {
    const id = 1 + Math.floor(random() * samples)
    let longest = 0
    let last = performance.now()
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 1)
    const query = meanDirection(vectors, [id])!
    times.push(
      (await timed(() => findNearest(vectors, query, 12, { allowed: null, excluded: new Set([id]) }, never))).ms,
    )
    clearInterval(timer)
    blocked.push(longest)
  }
  print('the 12 nearest of one (median)', median(times), 'ms')
  print('the longest that others wait meanwhile (median)', median(blocked), 'ms')
  handle.close()
} finally {
  rmSync(library, { recursive: true, force: true })
}

// A library with one synthetic dataset of any size: eight fields, three runs, no pixels. Seeded, so that figures compare.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { DatasetHandle } from '#engine/dataset-handle.ts'
import { buildDataset } from '#engine/imports/build-dataset.ts'
import type { DatasetIndex, SampleBatch } from '#formats/dataset-reader.ts'
import { datasetFile } from '#store/migrations/dataset.ts'
import { insertRun, updateRun } from '#store/run-table.ts'
import { topK } from '#store/run-arrays.ts'
import { openDatabase } from '#store/sqlite.ts'

export const syntheticId = 'synthetic'
export const syntheticModels = ['model-a', 'model-b', 'model-c'] as const
const categories = { background: 468, texture: 47, material: 32, nuisance: 4, place: 3 } as const
const classCount = 1000
const batchRows = 65_536

/** xorshift32: uniform numbers in [0, 1). */
export function createRandom(seed: number): () => number {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 4_294_967_296
  }
}

function* syntheticBatches(rows: number): Generator<SampleBatch> {
  const random = createRandom(7)
  const names = Object.fromEntries(
    Object.entries(categories).map(([field, size]) => [field, Array.from({ length: size }, (_, i) => `${field} ${i}`)]),
  )
  const classes = Array.from({ length: classCount }, (_, i) => `class ${i}`)
  for (let start = 0; start < rows; start += batchRows) {
    const count = Math.min(batchRows, rows - start)
    const fill = <T>(make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i))
    // Squared: a few values are frequent and many are rare, as in real data.
    const pick = (values: readonly string[]) => values[Math.floor(random() ** 2 * values.length)]!
    yield {
      count,
      fileNames: fill((i) => `images/${String(start + i).padStart(8, '0')}.jpg`),
      locators: fill((i) => ({ kind: 'file', path: `images/${String(start + i).padStart(8, '0')}.jpg` })),
      sizesBytes: fill(() => null),
      sha256s: fill(() => null),
      splits: null,
      labels: fill(() => classes[Math.floor(random() * classCount)]!),
      acceptedIds: null,
      fields: new Map<string, (string | number | boolean | null)[]>([
        ...Object.entries(names).map(([field, values]): [string, (string | null)[]] => [
          field,
          fill(() => (random() < 0.02 ? null : pick(values))),
        ]),
        ['score', fill(() => Math.fround(random() * 2 - 1))],
        ['outdoor', fill(() => random() < 0.6)],
      ]),
      tags: null,
      predictions: new Map(),
    }
  }
}

export function syntheticIndex(rows: number): DatasetIndex {
  return {
    format: 'imagefolder',
    reason: 'synthetic',
    fields: Object.keys(categories).map((name) => ({ name, kind: 'category', role: 'nuisance' })),
    labelField: 'label',
    classes: Array.from({ length: classCount }, (_, i) => `class ${i}`),
    description: null,
    license: null,
    batches: (async function* () {
      yield* syntheticBatches(rows)
    })(),
    findings: () => [],
  }
}

/** Writes the library; returns the milliseconds that importing (without pixels) and storing the runs took. */
export async function writeSyntheticLibrary(
  library: string,
  rows: number,
): Promise<{ importMs: number; runsMs: number }> {
  const folder = path.join(library, 'datasets', syntheticId)
  mkdirSync(folder, { recursive: true })
  const startedMs = performance.now()
  const db = openDatabase(path.join(folder, 'dataset.sqlite'), datasetFile)
  await buildDataset({
    db,
    index: syntheticIndex(rows),
    name: 'Synthetic',
    source: { kind: 'folder', path: '/nowhere', copied: false },
    adapter: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    signal: new AbortController().signal,
    onProgress: () => undefined,
    probe: null,
    findings: [],
  })
  db.close()
  const importMs = performance.now() - startedMs
  const runsStartedMs = performance.now()
  const handle = new DatasetHandle(syntheticId, folder)
  for (const [index, model] of syntheticModels.entries()) addSyntheticRun(handle, model, index)
  handle.close()
  return { importMs, runsMs: performance.now() - runsStartedMs }
}

function addSyntheticRun(handle: DatasetHandle, model: string, seed: number): void {
  const random = createRandom(100 + seed)
  const label = handle.columns.column({ kind: 'field', name: 'label' })
  const background = handle.columns.column({ kind: 'field', name: 'background' })
  if (label.kind !== 'codes' || background.kind !== 'codes') throw new Error('the synthetic fields are categories')
  const id = insertRun(
    handle.db,
    {
      model,
      modelName: null,
      modelSha256: null,
      protocol: 'unmasked',
      provider: 'cpu',
      state: 'running',
      labelSpace: 'own',
      preprocessing: 'none',
      unmappedClasses: [],
      imagesPerSecond: null,
      startedAt: '2026-01-01T00:00:00.000Z',
      settings: {},
    },
    Array.from({ length: classCount }, (_, i) => ({ name: `class ${i}`, labelId: i })),
  )
  handle.columns.reloadNames()
  const columns = handle.columns.runColumns(model)
  for (let start = 0; start < handle.rowCount; start += batchRows) {
    const n = Math.min(batchRows, handle.rowCount - start)
    const topCodes = new Uint32Array(n * topK)
    const topProbabilities = new Float32Array(n * topK)
    const truthRank = new Uint32Array(n)
    for (let i = 0; i < n; i++) {
      const truth = label.codes[start + i]!
      // One background in twenty is hard, so that slices have something to find.
      const failure = background.codes[start + i]! % 20 === 0 ? 0.6 : 0.35
      const isWrong = random() < failure
      truthRank[i] = isWrong ? 2 + Math.floor(random() * 20) : 1
      for (let k = 0; k < topK; k++) {
        topCodes[i * topK + k] = k === 0 && !isWrong ? truth : 1 + Math.floor(random() * classCount)
        topProbabilities[i * topK + k] = random() / (k + 1)
      }
    }
    const floats = () => Float32Array.from({ length: n }, random)
    const sampleIds = Uint32Array.from({ length: n }, (_, i) => start + i + 1)
    columns.append(
      {
        sampleIds,
        topCodes,
        topProbabilities,
        entropy: floats(),
        margin: floats(),
        truthConfidence: floats(),
        truthRank,
      },
      [],
    )
  }
  columns.fold()
  updateRun(handle.db, id, { state: 'done', provider: 'cpu', imagesPerSecond: null })
  handle.columns.reloadNames()
}

/** A filter that 37 % of the rows pass. */
export const broadFilter = {
  kind: 'compare',
  path: { kind: 'field', name: 'score' },
  op: '<',
  value: -0.26,
} as const

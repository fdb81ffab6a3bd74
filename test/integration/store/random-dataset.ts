// A small random dataset on disk: missing values, unicode names, empty strings, numbers of both widths, runs and tags.
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { bitsetOf } from '#core/columns/bitset.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { parseFilter } from '#core/filter/parse.ts'
import type { FieldValue } from '#core/sample.ts'
import { DatasetHandle } from '#engine/dataset-handle.ts'
import { prepareField, storeInferred } from '#engine/infer/inferred-fields.ts'
import { answerSample } from '#engine/infer/review-values.ts'
import { buildDataset } from '#engine/imports/build-dataset.ts'
import { datasetFile } from '#store/migrations/dataset.ts'
import { candidateCount } from '#store/inferred-columns.ts'
import { putView } from '#store/dataset-tables.ts'
import { putFinding } from '#store/finding-table.ts'
import { writeChunks } from '#store/packed-column.ts'
import { topK } from '#store/run-arrays.ts'
import { insertRun } from '#store/run-table.ts'
import { openDatabase } from '#store/sqlite.ts'
import { insertTag } from '#store/tag-table.ts'

export const models = ['lite-0', 'modèle b', 'c.d'] as const
export const textValues = ['a', 'b', '', 'Ä', 'a b', '😀', 'zz', '"q"', 'true', '7', '\uffee', '%_'] as const
export const numberValues = [-1.5, -0, 0, 0.1, 1, 2, 1e9] as const
export const classNames = ['cello', 'violin', 'crane', 'crane', 'tabby'] as const

/** A name that has to be quoted everywhere, of a field with values of `odd` behind a prefix. */
export const unicodeField = 'Größe "µ" `😀` and'

export interface RandomRow {
  readonly label: string | null
  readonly plain: string | null
  readonly odd: string | null
  readonly score: number | null
  readonly fine: number | null
  readonly flag: boolean | null
  readonly tagged: boolean
  /** A class id and whether it is right, by model; null = no prediction. */
  readonly answers: readonly ({
    readonly id: number
    readonly right: boolean | null
    readonly probability: number
  } | null)[]
}

const maybe = <T>(values: readonly T[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: fc.constant(null) })

export const randomRow: fc.Arbitrary<RandomRow> = fc.record({
  label: maybe(['cello', 'violin', 'tabby']),
  plain: maybe(['x', 'y']),
  odd: maybe(textValues),
  score: maybe([-1.5, -0, 0, 1, 2]),
  fine: maybe(numberValues),
  flag: maybe([true, false]),
  tagged: fc.boolean(),
  answers: fc
    .tuple(...models.map(() => maybe([0, 1, 2, 3, 4])))
    .chain((ids) =>
      fc
        .tuple(...ids.map(() => fc.tuple(maybe([true, false]), fc.constantFrom(0.1, 0.5, 0.75))))
        .map((judged) =>
          ids.map((id, i) => (id === null ? null : { id, right: judged[i]![0], probability: judged[i]![1] })),
        ),
    ),
})

/** A class at least once: without any there is no class field. */
export const rowLists = fc
  .array(randomRow, { minLength: 1, maxLength: 70 })
  .filter((rows) => rows.some(({ label }) => label !== null))

/** Saved views, the last of them within each other. */
export const views: readonly { readonly name: string; readonly filter: FilterExpr }[] = [
  { name: 'easy', filter: parseFilter('plain = x or odd is missing') },
  { name: 'Größe "µ"', filter: parseFilter('not view(easy) and tagged("my tag")') },
  { name: 'all of it', filter: parseFilter('view("Größe \\"µ\\"") or view(easy) and any_wrong(`lite-0`, `c.d`)') },
]

/** `many`: one more field of categories, by row; `labelSpace`: whose ids the models' answers have. */
export async function openRandomDataset(
  rows: readonly RandomRow[],
  many: readonly FieldValue[] = [],
  labelSpace: 'own' | 'imagenet-1k' = 'own',
): Promise<{ handle: DatasetHandle; close: () => void }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'foible-oracle-'))
  const db = openDatabase(path.join(folder, 'dataset.sqlite'), datasetFile)
  const column = (name: keyof RandomRow) => rows.map((row) => row[name] as FieldValue)
  const names = ['plain', 'odd', 'score', 'fine', 'flag'] as const
  await buildDataset({
    db,
    index: {
      format: 'imagefolder',
      reason: '',
      fields: [
        ...[...names, unicodeField].map((name) => ({ name, kind: null, role: 'plain' as const })),
        ...(many.length > 0 ? [{ name: 'many', kind: 'category' as const, role: 'plain' as const }] : []),
      ],
      labelField: 'label',
      classes: null,
      description: null,
      license: null,
      batches: (async function* () {
        yield {
          count: rows.length,
          fileNames: rows.map((_, i) => `dir ${i % 3}/ä${i}.png`),
          locators: rows.map((_, i) => ({ kind: 'file' as const, path: `dir ${i % 3}/ä${i}.png` })),
          sizesBytes: rows.map((_, i) => i),
          sha256s: rows.map(() => null),
          splits: null,
          labels: rows.map((row) => row.label),
          acceptedIds: null,
          fields: new Map<string, readonly FieldValue[]>([
            ...names.map((name) => [name, column(name)] as const),
            [unicodeField, rows.map(({ odd }) => (odd === null ? null : `é${odd}`))],
            ...(many.length > 0 ? [['many', many] as const] : []),
          ]),
          tags: null,
          predictions: new Map(),
        }
      })(),
      findings: () => [],
    },
    name: 'random',
    source: { kind: 'folder', path: folder, copied: false },
    createdAt: '2026-01-01T00:00:00.000Z',
    signal: new AbortController().signal,
    onProgress: () => undefined,
    adapter: null,
    probe: null,
    findings: [],
  })
  const tag = insertTag(db, 'my tag')
  const bits = new Uint32Array((rows.length + 31) >>> 5)
  rows.forEach((row, i) => (bits[i >>> 5]! |= row.tagged ? 1 << (i & 31) : 0))
  writeChunks(db, { id: tag.columnId, name: 'tag', encoding: 'bits', stride: 1, version: 1 }, bits)
  const odd = bitsetOf(
    rows.flatMap((_, i) => (i % 3 === 1 ? [i] : [])),
    rows.length,
  )
  for (const { name, filter } of views) putView(db, { name, filter, layout: null, createdAt: '' })
  putFinding(db, { rule: 'odd_ones', count: rows.length, message: '', action: '', examples: [], rows: odd })
  db.close()
  const handle = new DatasetHandle('random', folder)
  addInferred(handle, rows)
  models.forEach((model, index) => addRun(handle, model, { index, labelSpace }, rows))
  return {
    handle,
    close() {
      handle.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A field `guess` whose values are those of `plain`, with random certainties and some that a person confirmed. */
function addInferred(handle: DatasetHandle, rows: readonly RandomRow[]): void {
  const words = ['x', 'y', 'never']
  const by = { kind: 'text', templates: ['{}'] } as const
  const settings = { model: 'm', sha256: null, vocabulary: 'words', by, askedAt: '' }
  prepareField(handle, { name: 'guess', model: 'm', words, settings }, '')
  const known = rows.flatMap((row, i) => (row.plain === null ? [] : [{ row: i, value: row.plain, fine: row.fine }]))
  const candidates = new Uint32Array(known.length * candidateCount)
  known.forEach(({ value }, i) => (candidates[i * candidateCount] = words.indexOf(value) + 1))
  storeInferred(handle, 'guess', {
    rows: Uint32Array.from(known, ({ row }) => row),
    candidates,
    scores: Float32Array.from(known, ({ fine }) => (fine === null ? NaN : fine)),
    margins: Float32Array.from(known, ({ row }) => (row % 2 === 0 ? 1 : 0)),
  })
  const [first] = known
  if (first !== undefined) answerSample(handle, 'guess', first.row + 1, { kind: 'confirm' }, '')
}

interface Place {
  readonly index: number
  readonly labelSpace: 'own' | 'imagenet-1k'
}

function addRun(handle: DatasetHandle, model: string, { index, labelSpace }: Place, rows: readonly RandomRow[]): void {
  insertRun(
    handle.db,
    {
      model,
      modelName: null,
      modelSha256: null,
      protocol: 'unmasked',
      provider: 'cpu',
      state: 'done',
      labelSpace,
      preprocessing: '',
      unmappedClasses: [],
      imagesPerSecond: null,
      startedAt: '',
      settings: {},
    },
    classNames.map((name, labelId) => ({ name, labelId })),
  )
  handle.columns.reloadNames()
  const answered = rows.flatMap((row, i) => (row.answers[index] ? [{ id: i + 1, answer: row.answers[index] }] : []))
  const n = answered.length
  const topCodes = new Uint32Array(n * topK)
  answered.forEach(({ answer }, i) => (topCodes[i * topK] = answer.id + 1))
  const topProbabilities = new Float32Array(n * topK)
  answered.forEach(({ answer }, i) => (topProbabilities[i * topK] = answer.probability))
  const run = handle.columns.runColumns(model)
  run.append(
    {
      sampleIds: Uint32Array.from(answered, ({ id }) => id),
      topCodes,
      topProbabilities,
      entropy: Float32Array.from(answered, ({ id }) => id / 8),
      margin: new Float32Array(n).fill(0.25),
      truthConfidence: Float32Array.from(answered, ({ answer }) => (answer.right === null ? NaN : 0.75)),
      truthRank: Uint32Array.from(answered, ({ answer }) => (answer.right === null ? 0 : answer.right ? 1 : 7)),
    },
    [],
  )
  // Half of the runs are folded, the others stay staged: both must read the same.
  if (index % 2 === 0) run.fold()
}

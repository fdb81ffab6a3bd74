// Turns the cells of a cube into a dataset: a row a cell, with how many images it stands for in the packed column `weights`.
import type { CubeCells } from '#formats/cube/read-cells.ts'
import type { CellColumn } from '#formats/cube/value-column.ts'
import type { CubeTerms } from '#formats/cube/cube-terms.ts'
import type { DatasetIndex } from '#formats/dataset-reader.ts'
import type { FieldKind, FieldRole } from '#core/sample.ts'
import { type DatasetMeta, putMeta } from '#store/dataset-tables.ts'
import { insertField } from '#store/field-table.ts'
import { insertColumn, insertDictionary, writeChunks } from '#store/packed-column.ts'
import { insertRun } from '#store/run-table.ts'
import { prepareInsertSamples } from '#store/sample-table.ts'
import type { WriteDb } from '#store/sqlite.ts'
import { letOthersRun } from '#formats/let-others-run.ts'
import type { BuildOptions, BuildResult } from './build-dataset.ts'

const cellsTogether = 8192
/** Names that mean something else in every dataset. */
const reserved = new Set(['id', 'file_name'])

/** Reads all cells and writes the dataset; a failure or a cancel leaves a file that is thrown away by the caller. */
export async function buildCube(
  { db, name, source, createdAt, signal, onProgress }: BuildOptions,
  index: DatasetIndex,
  { terms, read }: NonNullable<DatasetIndex['cube']>,
): Promise<BuildResult> {
  const cells = await read()
  const insert = prepareInsertSamples(db)
  for (let from = 0; from < cells.count; from += cellsTogether) {
    const size = Math.min(cellsTogether, cells.count - from)
    const fileNames = Array.from({ length: size }, (_, i) => `cell ${from + i + 1}`)
    const locators = fileNames.map((path) => ({ kind: 'file', path }) as const)
    db.transaction(() => insert(from + 1, { fileNames, locators, sha256s: fileNames.map(() => null) }))()
    onProgress(from + size)
    await letOthersRun(signal)
  }
  db.transaction(() => {
    const taken = new Set<string>()
    const classField = freeName(terms.class, taken)
    writeField(db, { name: classField, kind: 'category', role: 'class' }, cells.label)
    for (const [at, { name: given, role }] of terms.fields.entries()) {
      const data = cells.fields[at]!
      writeField(db, { name: freeName(given, taken), kind: kindOf(data, terms.fields[at]!.kind), role }, data)
    }
    writeChunks(db, insertColumn(db, 'weights', 'numbers'), cells.weights)
    writeRuns(db, terms, cells, createdAt)
    const meta: DatasetMeta = {
      name,
      format: index.format,
      createdAt,
      samples: cells.count,
      description: index.description,
      license: index.license,
      source,
      classes: cells.label.values,
      classField,
      adapter: null,
      cube: { images: cells.images, source: terms.source, filter: terms.filter },
    }
    putMeta(db, meta)
  })()
  return { samples: cells.count, predictions: new Map(), runs: new Map(), cardSamples: null }
}

/** A run with nothing but verdicts: which label a model gave, and how surely, was not counted. */
function writeRuns(db: WriteDb, terms: CubeTerms, { verdicts }: CubeCells, startedAt: string): void {
  for (const [at, { name, protocol, sha256, preprocessing, answers, state }] of terms.models.entries()) {
    const correct = verdicts[at]!
    const run = insertRun(
      db,
      {
        model: name,
        modelName: null,
        modelSha256: sha256,
        protocol,
        provider: 'imported',
        state: state ?? (correct.includes(0) ? 'partial' : 'done'),
        labelSpace: 'own',
        preprocessing,
        unmappedClasses: [],
        imagesPerSecond: null,
        startedAt,
        settings: answers === null ? {} : { answerCount: answers },
      },
      [],
    )
    writeChunks(db, insertColumn(db, `run:${run}:correct`, 'codes'), correct)
  }
}

function writeField(
  db: WriteDb,
  field: { readonly name: string; readonly kind: FieldKind; readonly role: FieldRole },
  data: CellColumn,
): void {
  const next = db.prepare('SELECT coalesce(max(id), 0) + 1 FROM field').pluck().get() as number
  const column = insertColumn(db, `field:${next}`, data.kind)
  if (data.kind === 'codes') insertDictionary(db, column.id, data.values)
  writeChunks(db, column, data.kind === 'codes' ? data.codes : data.values)
  insertField(db, { ...field, source: 'dataset', builtIn: false, columnId: column.id })
}

/** What the values are, whatever the file says of them; without a single value a column of any kind is one of codes. */
function kindOf(data: CellColumn, declared: FieldKind): FieldKind {
  if (data.kind === 'numbers') return 'number'
  const isBoolean = declared === 'boolean' && data.values.join() === 'false,true'
  return isBoolean ? 'boolean' : 'category'
}

function freeName(name: string, taken: Set<string>): string {
  let free = reserved.has(name) ? `dataset_${name}` : name
  while (taken.has(free)) free += '_'
  taken.add(free)
  return free
}

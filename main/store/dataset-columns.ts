// The dataset's columns in memory: loaded when first asked for, shared with whoever computes, changed in place.
import { FoibleError } from '#core/errors.ts'
import type { Bitset } from '#core/columns/bitset.ts'
import type { Codes, Column, ColumnSource, Dictionary } from '#core/columns/column.ts'
import { createBitset } from '#core/columns/bitset.ts'
import { type FilterExpr, type Path, companionKinds } from '#core/filter/expr.ts'
import { ColumnChanges, type ForgottenColumns } from './column-changes.ts'
import { listViews } from './dataset-tables.ts'
import { type FindingRecord, listFindings } from './finding-table.ts'
import { type FieldRecord, listFields } from './field-table.ts'
import { type Packed, getColumnRecord, loadColumn, loadDictionary, requireColumn } from './packed-column.ts'
import { type PackedKey, type PackedSource, readPacked } from './packed-source.ts'
import { RunColumns } from './run-columns.ts'
import { type RunRecord, listRuns } from './run-table.ts'
import { listFileNames } from './sample-table.ts'
import { sharedLabelSpace } from './shared-labels.ts'
import type { WriteDb } from './sqlite.ts'
import { type TagRecord, listTags } from './tag-table.ts'
import { uniformSource } from './uniform-source.ts'
import { unknownName } from './unknown-name.ts'

/** What names a single sample. */
const nameOfRow: ReadonlySet<string> = new Set(['id', 'file_name'])

export class DatasetColumns implements ColumnSource {
  readonly db: WriteDb
  readonly rowCount: number
  /** How many images each row stands for: whole numbers from 1, where rows are the cells of a cube; else null. */
  readonly weights: Float64Array | null
  /** What was forgotten, for who follows these columns in another thread. */
  readonly changes = new ColumnChanges()
  readonly #arrays: PackedSource
  #fields: Map<string, FieldRecord>
  #runs: Map<string, RunRecord>
  #tags: Map<string, TagRecord>
  readonly #columns = new Map<string, Column>()
  readonly #candidates = new Map<string, Codes>()
  readonly #tagBits = new Map<string, Bitset>()
  #findings: Map<string, FindingRecord>
  readonly #findingBits = new Map<string, Bitset>()
  readonly #runColumns = new Map<number, RunColumns>()

  constructor(db: WriteDb, rowCount: number, arrays: PackedSource = readPacked) {
    this.db = db
    this.rowCount = rowCount
    this.#arrays = arrays
    this.weights = loadWeights(db, rowCount, arrays)
    this.#fields = byName(listFields(db), (field) => field.name)
    this.#runs = byName(listRuns(db), (run) => run.model)
    this.#tags = byName(listTags(db), (tag) => tag.name)
    this.#findings = byName(listFindings(db), (finding) => finding.rule)
  }

  get fields(): readonly FieldRecord[] {
    return [...this.#fields.values()]
  }

  get runs(): readonly RunRecord[] {
    return [...this.#runs.values()]
  }

  get tags(): readonly TagRecord[] {
    return [...this.#tags.values()]
  }

  /** Rules of the findings that are about samples. */
  get findings(): readonly string[] {
    return [...this.#findings.values()].flatMap(({ rule, columnId }) => (columnId === null ? [] : [rule]))
  }

  /** After rows of field, run or tag changed: reads them again and forgets the columns of what is gone. */
  reloadNames(): void {
    const before = this.#fields
    this.#fields = byName(listFields(this.db), (field) => field.name)
    for (const { name, columnId } of before.values()) {
      if (this.#fields.get(name)?.columnId !== columnId) this.forget(name)
    }
    this.#columns.delete('accepted')
    this.#runs = byName(listRuns(this.db), (run) => run.model)
    this.#tags = byName(listTags(this.db), (tag) => tag.name)
    for (const [id, { run }] of this.#runColumns) {
      if (!this.runs.some((other) => isSameRun(run, other))) this.#forgetRun(id)
    }
    for (const name of this.#tagBits.keys()) if (!this.#tags.has(name)) this.#forgetTag(name)
    this.changes.noteNames()
  }

  #forgetRun(id: number): void {
    this.#runColumns.delete(id)
    this.changes.noteRun(id)
  }

  #forgetTag(name: string): void {
    this.#tagBits.delete(name)
    this.changes.noteTag(name)
  }

  /** Forgets what other columns of the same dataset have forgotten. */
  follow({ names, findings, fields, tags, runs }: ForgottenColumns): void {
    if (names) this.reloadNames()
    if (findings) this.reloadFindings()
    for (const field of fields) this.forget(field)
    for (const tag of tags) this.#forgetTag(tag)
    for (const run of runs) this.#forgetRun(run)
  }

  /** The array of a key, for who has the same dataset open in another thread. Throws `unknown_name` for what is gone. */
  packed(key: PackedKey): Packed {
    switch (key.kind) {
      case 'field':
        return packedOf(this.column({ kind: 'field', name: key.name }))
      case 'source':
      case 'score':
      case 'margin':
        return packedOf(this.column({ kind: key.kind, field: key.name }))
      case 'candidates':
        return this.candidates(key.name)
      case 'tag':
        return this.tag(key.name)
      case 'finding':
        return this.finding(key.name)
      case 'run': {
        const run = this.runs.find(({ id }) => id === key.run)
        if (run === undefined) throw new FoibleError('unknown_name', 'The model’s predictions are gone.', { ...key })
        return this.runColumns(run.model).packed(key.property)
      }
      case 'accepted':
        return this.acceptedSets()?.codes ?? unknownName('column', 'accepted', [])
      case 'weights':
        return this.weights ?? unknownName('column', 'weights', [])
    }
  }

  field(name: string): FieldRecord {
    return this.#fields.get(name) ?? unknownName('field', name, [...this.#fields.keys(), 'id', 'file_name'])
  }

  run(model: string): RunRecord {
    return this.#runs.get(model) ?? unknownName('model with predictions', model, [...this.#runs.keys()])
  }

  /** The label column, or null for datasets without one. */
  classField(): FieldRecord | null {
    return this.fields.find((field) => field.role === 'class') ?? null
  }

  column(path: Path): Column {
    if (path.kind === 'run') {
      if (this.weights !== null && path.property !== 'correct') throw notInCube(`${path.model}.${path.property}`)
      return this.runColumns(path.model).column(path.property)
    }
    if (this.weights !== null && path.kind === 'field' && nameOfRow.has(path.name))
      throw notInCube(`the ${path.name} of each image`)
    const key = path.kind === 'field' ? `field:${path.name}` : `${path.kind}:${path.field}`
    const known = this.#columns.get(key)
    if (known !== undefined) return known
    const column = this.#loadPath(path)
    this.#columns.set(key, column)
    return column
  }

  #loadPath(path: Exclude<Path, { readonly kind: 'run' }>): Column {
    if (path.kind === 'field') return this.#loadField(path.name)
    return path.kind === 'source' ? this.#loadSource(path.field) : this.#loadCertainty(path.kind, path.field)
  }

  /** Forgets a field's column, e.g. after its chunks were rewritten. */
  forget(field: string): void {
    this.#columns.delete(`field:${field}`)
    for (const kind of companionKinds) this.#columns.delete(`${kind}:${field}`)
    this.#candidates.delete(field)
    this.changes.noteField(field)
  }

  #loadField(name: string): Column {
    if (name === 'id') return { kind: 'ids' }
    if (name === 'file_name') return { kind: 'strings', values: listFileNames(this.db) }
    const field = this.field(name)
    const data = this.#arrays({ kind: 'field', name }, () => this.#load(field.columnId))
    if (field.kind === 'number') return { kind: 'numbers', values: data as Float32Array | Float64Array }
    const kind = field.kind === 'boolean' ? 'boolean' : 'text'
    return { kind: 'codes', codes: data as Codes, dictionary: loadDictionary(this.db, field.columnId, kind) }
  }

  #loadSource(name: string): Column {
    const field = this.field(name)
    const { sourceColumnId } = field
    const codes = this.#arrays({ kind: 'source', name }, () =>
      sourceColumnId === null
        ? uniformSource(this.column({ kind: 'field', name }), this.rowCount)
        : this.#load(sourceColumnId),
    ) as Codes
    const dictionary: Dictionary =
      sourceColumnId === null
        ? { values: [field.source], kind: 'text', ids: null }
        : loadDictionary(this.db, sourceColumnId, 'text')
    return { kind: 'codes', codes, dictionary }
  }

  /** Of a field that nobody inferred every value is missing. */
  #loadCertainty(kind: 'score' | 'margin', name: string): Column {
    const field = this.field(name)
    const columnId = kind === 'score' ? field.scoreColumnId : field.marginColumnId
    const values = this.#arrays({ kind, name }, () =>
      columnId === null ? new Float32Array(new SharedArrayBuffer(this.rowCount * 4)).fill(NaN) : this.#load(columnId),
    )
    return { kind: 'numbers', values: values as Float32Array }
  }

  /** The best codes of every row of an inferred field, `candidateCount` a row, best first; 0 = none. */
  candidates(name: string): Codes {
    const known = this.#candidates.get(name)
    if (known !== undefined) return known
    const { settings } = this.field(name)
    if (settings === null) throw new Error(`${name} is not an inferred field`)
    const codes = this.#arrays({ kind: 'candidates', name }, () => this.#load(settings.candidatesColumnId)) as Codes
    this.#candidates.set(name, codes)
    return codes
  }

  #load(columnId: number): Packed {
    return loadColumn(this.db, requireColumn(this.db, columnId), this.rowCount)
  }

  /** Codes of the accepted label sets, with their ids; null where the dataset names none. */
  acceptedSets(): { readonly codes: Codes; readonly sets: readonly (readonly number[])[] } | null {
    const record = getColumnRecord(this.db, 'accepted')
    if (record === null) return null
    const known = this.#columns.get('accepted')
    const column =
      known?.kind === 'codes'
        ? known
        : {
            kind: 'codes' as const,
            codes: this.#arrays({ kind: 'accepted' }, () => loadColumn(this.db, record, this.rowCount)) as Codes,
            dictionary: loadDictionary(this.db, record.id, 'text'),
          }
    this.#columns.set('accepted', column)
    return { codes: column.codes, sets: column.dictionary.values.map(parseIdSet) }
  }

  tag(name: string): Bitset {
    const known = this.#tagBits.get(name)
    if (known !== undefined) return known
    const tag = this.#tags.get(name) ?? unknownName('tag', name, [...this.#tags.keys()])
    const bits = this.#arrays({ kind: 'tag', name }, () => this.#load(tag.columnId)) as Bitset
    this.#tagBits.set(name, bits)
    return bits
  }

  /** Puts the bits of a tag into the memory that others may hold. */
  setTag(name: string, bits: Bitset): void {
    const held = this.tag(name)
    this.changes.noteWrite()
    held.set(bits)
  }

  finding(rule: string): Bitset {
    const known = this.#findingBits.get(rule)
    if (known !== undefined) return known
    const columnId = this.#findings.get(rule)?.columnId ?? unknownName('finding about samples', rule, this.findings)
    const bits = this.#arrays({ kind: 'finding', name: rule }, () => this.#load(columnId)) as Bitset
    this.#findingBits.set(rule, bits)
    return bits
  }

  /** After findings were stored or went away. */
  reloadFindings(): void {
    this.#findings = byName(listFindings(this.db), (finding) => finding.rule)
    this.#findingBits.clear()
    this.changes.noteFindings()
  }

  view(name: string): FilterExpr {
    const views = listViews(this.db)
    const names = () => views.map((candidate) => candidate.name)
    const view = views.find((candidate) => candidate.name === name) ?? unknownName('view', name, names())
    return view.filter as FilterExpr
  }

  runColumns(model: string): RunColumns {
    const run = this.run(model)
    const known = this.#runColumns.get(run.id)
    if (known !== undefined) return known
    const columns = new RunColumns(this.db, run, this.rowCount, this.#arrays, this.changes)
    this.#runColumns.set(run.id, columns)
    return columns
  }

  predicted(model: string): Bitset {
    // Whether what was not judged was predicted, no cell tells.
    if (this.weights !== null) throw notInCube('which images a model answered')
    const { codes } = this.runColumns(model).predicted
    const bits = createBitset(this.rowCount)
    for (let row = 0; row < this.rowCount; row++) if (codes[row] !== 0) bits[row >>> 5]! |= 1 << (row & 31)
    return bits
  }

  correct(model: string): Uint8Array {
    return this.runColumns(model).correct
  }

  otherModels(model: string): readonly string[] {
    return [...this.#runs.keys()].filter((other) => other !== model)
  }

  sharedLabels(models: readonly string[]): readonly Codes[] {
    if (this.weights !== null) throw notInCube('the label that a model gave')
    return sharedLabelSpace(this, models).labels
  }
}

/** The column `weights` of a cube, see engine/imports/build-cube.ts. */
function loadWeights(db: WriteDb, rowCount: number, arrays: PackedSource): Float64Array | null {
  const record = getColumnRecord(db, 'weights')
  if (record === null) return null
  return arrays({ kind: 'weights' }, () => loadColumn(db, record, rowCount)) as Float64Array
}

function notInCube(what: string): FoibleError {
  const message = `A cube holds counts of right and wrong, not ${what}: filter by its fields, by “model.correct”, or import the images themselves.`
  return new FoibleError('usage', message, { what })
}

/** '' is a set of its own: no label fits. */
function parseIdSet(text: string): number[] {
  return text === '' ? [] : text.split(';').map(Number)
}

function packedOf(column: Column): Packed {
  if (column.kind === 'codes') return column.codes
  if (column.kind === 'numbers') return column.values
  throw new Error(`a column of ${column.kind} is not packed`)
}

/** A run that replaces the newest one gets its id. */
function isSameRun(a: RunRecord, b: RunRecord): boolean {
  const key = ({ id, model, modelSha256, protocol, preprocessing, startedAt }: RunRecord) =>
    JSON.stringify([id, model, modelSha256, protocol, preprocessing, startedAt])
  return key(a) === key(b)
}

function byName<T>(items: readonly T[], name: (item: T) => string): Map<string, T> {
  return new Map(items.map((item) => [name(item), item]))
}

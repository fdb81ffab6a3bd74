// The bench's data in DuckDB and SQLite, and the same questions as SQL: what Foible's figures stand beside.
import { execFileSync } from 'node:child_process'
import { closeSync, fsyncSync, openSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { fileWriter, ParquetWriter } from 'hyparquet-writer'
import { wrongCode } from '#core/columns/column.ts'
import type { DatasetHandle } from '#engine/dataset-handle.ts'

/** One engine with the whole table `t` in a file of its own. Every method does one piece of work, which the caller times. */
export interface OtherEngine {
  readonly name: string
  /** From the Parquet file to a table on disk. */
  load(): Promise<void>
  bytes(): number
  /** Closes and opens the file, then counts every field. */
  reopen(): Promise<void>
  /** The same in a process of its own, from its start to its end. */
  startProcess(): Promise<void>
  /** Counts of the facets under `score < limit`; the facet of the score itself leaves the clause out. */
  counts(facets: readonly string[], limit: number): Promise<void>
  /** Images and failures by value: counts alone, without statistics. */
  slices(field: string, model: string, limit: number | null): Promise<void>
  confusion(model: string): Promise<void>
  page(model: string, limit: number, offset: number): Promise<void>
  /** 50,000 tags, durable. */
  tag(name: string, ids: readonly number[]): Promise<void>
  close(): void
}

export const benchFields = ['background', 'texture', 'material', 'nuisance', 'place', 'outdoor', 'label'] as const
const groupRows = 65_536

/** Columns of the table: the fields, then of each model `<m>_correct`, `<m>_predicted`, `<m>_top5`, `<m>_confidence`. */
export function writeBenchParquet(handle: DatasetHandle, models: readonly string[], file: string): void {
  const texts = [
    ...benchFields.map((name) => ({ name, path: { kind: 'field', name } as const })),
    ...models.flatMap((model, m) =>
      (['correct', 'predicted', 'top5_correct'] as const).map((property) => ({
        name: columnOf(m, property),
        path: { kind: 'run', model, property } as const,
      })),
    ),
  ].map(({ name, path: of }) => {
    const column = handle.columns.column(of)
    if (column.kind !== 'codes') throw new Error(`${name} is no category`)
    const values = [null, ...column.dictionary.values]
    return { name, type: 'STRING' as const, at: (row: number) => values[column.codes[row]!] }
  })
  const numbers = [
    { name: 'score', path: { kind: 'field', name: 'score' } as const },
    ...models.map((model, m) => ({
      name: columnOf(m, 'confidence'),
      path: { kind: 'run', model, property: 'confidence' } as const,
    })),
  ].map(({ name, path: of }) => {
    const column = handle.columns.column(of)
    if (column.kind !== 'numbers') throw new Error(`${name} is no number`)
    return { name, type: 'DOUBLE' as const, at: (row: number) => column.values[row] }
  })
  const columns = [...texts, ...numbers]
  const writer = new ParquetWriter({
    writer: fileWriter(file),
    schema: [
      { name: 'schema', num_children: columns.length + 1, repetition_type: 'REQUIRED' },
      { name: 'id', type: 'INT32', repetition_type: 'REQUIRED' },
      ...columns.map(({ name, type }) =>
        type === 'STRING'
          ? ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' } as const)
          : ({ name, type: 'DOUBLE', repetition_type: 'OPTIONAL' } as const),
      ),
    ],
  })
  for (let start = 0; start < handle.rowCount; start += groupRows) {
    const length = Math.min(groupRows, handle.rowCount - start)
    writer.write({
      columnData: [
        { name: 'id', data: Array.from({ length }, (_, i) => start + i + 1) },
        ...columns.map(({ name, at }) => ({ name, data: Array.from({ length }, (_, i) => at(start + i)) })),
      ],
      rowGroupSize: length,
    })
  }
  writer.finish()
}

export function columnOf(model: number, property: string): string {
  return `m${model}_${property}`
}

/** Above every score. */
const everyScore = 2

function countInProcess(engine: 'duckdb' | 'sqlite', file: string): void {
  const program = fileURLToPath(new URL('count-in-process.ts', import.meta.url))
  execFileSync(process.execPath, [program, engine, file, JSON.stringify(countsOfAll())])
}

/** What a first look at a dataset asks for. */
function countsOfAll(): string[] {
  return [...benchFields, 'score'].map((facet) => countSql(facet, everyScore))
}

function countSql(facet: string, limit: number): string {
  if (facet !== 'score') return `SELECT ${facet}, count(*) FROM t WHERE score < ${limit} GROUP BY ${facet}`
  return 'SELECT CAST((score + 1) * 12 AS INTEGER) AS bin, count(*) FROM t GROUP BY bin'
}

function sliceSql(field: string, model: string, limit: number | null, wrong: string): string {
  const where = limit === null ? '' : ` AND score < ${limit}`
  return `SELECT ${field}, count(*), sum(CASE WHEN ${model}_correct = ${wrong} THEN 1 ELSE 0 END) FROM t
    WHERE ${model}_correct IS NOT NULL${where} GROUP BY ${field}`
}

const confusionSql = (model: string) =>
  `SELECT label, ${model}_predicted, count(*) FROM t WHERE ${model}_correct IS NOT NULL GROUP BY 1, 2`

const pageSql = (model: string, limit: number, offset: number) =>
  `SELECT id, label FROM t WHERE score < ${limit} ORDER BY ${model}_confidence DESC LIMIT 100 OFFSET ${offset}`

/** Null where the package is not installed: it is for this bench alone. */
export async function openDuckDb(folder: string, parquet: string): Promise<OtherEngine | null> {
  const duckdb = await import('@duckdb/node-api').catch(() => null)
  if (duckdb === null) return null
  const file = path.join(folder, 'bench.duckdb')
  let instance = await duckdb.DuckDBInstance.create(file)
  let connection = await instance.connect()
  const open = async () => {
    instance = await duckdb.DuckDBInstance.create(file)
    connection = await instance.connect()
  }
  const close = () => {
    connection.closeSync()
    instance.closeSync()
  }
  const run = async (sql: string) => void (await connection.runAndReadAll(sql))
  return {
    name: 'DuckDB',
    async load() {
      await run(`CREATE TABLE t AS SELECT * FROM read_parquet('${parquet.replaceAll("'", "''")}')`)
      // What a person would do to be fast: categories as enumerations.
      const described = await connection.runAndReadAll(
        `SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 't'`,
      )
      for (const [column, type] of described.getRows()) {
        if (type !== 'VARCHAR') continue
        const name = String(column)
        await run(`CREATE TYPE e_${name} AS ENUM (SELECT DISTINCT ${name} FROM t WHERE ${name} IS NOT NULL ORDER BY 1)`)
        await run(`ALTER TABLE t ALTER ${name} TYPE e_${name}`)
      }
      await run('CREATE TABLE tagged (tag VARCHAR, id INTEGER)')
      await run('CHECKPOINT')
    },
    bytes: () => statSync(file).size,
    async reopen() {
      close()
      await open()
      for (const sql of countsOfAll()) await run(sql)
    },
    async startProcess() {
      close()
      countInProcess('duckdb', file)
      await open()
    },
    async counts(facets, limit) {
      for (const facet of facets) await run(countSql(facet, limit))
    },
    slices: async (field, model, limit) => await run(sliceSql(field, model, limit, `'false'`)),
    confusion: async (model) => await run(confusionSql(model)),
    page: async (model, limit, offset) => await run(pageSql(model, limit, offset)),
    async tag(name, ids) {
      const appender = await connection.createAppender('tagged')
      for (const id of ids) {
        appender.appendVarchar(name)
        appender.appendInteger(id)
        appender.endRow()
      }
      appender.closeSync()
    },
    close,
  }
}

export function openSqlite(folder: string, handle: DatasetHandle, models: readonly string[]): OtherEngine {
  const file = path.join(folder, 'bench.sqlite')
  const open = () => {
    const database = new Database(file)
    database.pragma('journal_mode = WAL')
    database.pragma('cache_size = -1000000')
    return database
  }
  let db = open()
  const run = (sql: string) => void db.prepare(sql).raw().all()
  return {
    name: 'SQLite',
    async load() {
      const columns = [
        ...[...benchFields, 'score'].map((name) => ({ name, column: handle.columns.column({ kind: 'field', name }) })),
        ...models.flatMap((model, m) =>
          (['correct', 'predicted', 'top5_correct', 'confidence'] as const).map((property) => ({
            name: columnOf(m, property),
            column: handle.columns.column({ kind: 'run', model, property }),
          })),
        ),
      ]
      db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, ${columns.map(({ name }) => name).join(', ')})`)
      db.exec('CREATE TABLE tagged (tag TEXT, id INTEGER)')
      const insert = db.prepare(`INSERT INTO t VALUES (?${', ?'.repeat(columns.length)})`)
      const readers = columns.map(({ column }) => {
        if (column.kind === 'numbers') return (row: number) => column.values[row]
        if (column.kind !== 'codes') throw new Error('no column of this bench')
        // Numbers are what SQLite groups by fastest.
        return (row: number) => column.codes[row] || null
      })
      for (let start = 0; start < handle.rowCount; start += groupRows) {
        const end = Math.min(handle.rowCount, start + groupRows)
        db.transaction(() => {
          for (let row = start; row < end; row++) insert.run(row + 1, ...readers.map((read) => read(row)))
        })()
      }
    },
    bytes: () => statSync(file).size,
    async reopen() {
      db.close()
      db = open()
      for (const sql of countsOfAll()) run(sql)
    },
    async startProcess() {
      db.close()
      countInProcess('sqlite', file)
      db = open()
    },
    async counts(facets, limit) {
      for (const facet of facets) run(countSql(facet, limit))
    },
    slices: async (field, model, limit) => run(sliceSql(field, model, limit, String(wrongCode))),
    confusion: async (model) => run(confusionSql(model)),
    page: async (model, limit, offset) => run(pageSql(model, limit, offset)),
    async tag(name, ids) {
      const insert = db.prepare('INSERT INTO tagged VALUES (?, ?)')
      db.transaction(() => {
        for (const id of ids) insert.run(name, id)
      })()
      const log = openSync(`${file}-wal`, 'r')
      fsyncSync(log)
      closeSync(log)
    },
    close: () => void db.close(),
  }
}

// The packed columns as a table for SQL: one row a sample. The oracle of the property tests, and a way to look inside.
import { decodeCode } from '#core/columns/column.ts'
import type { Column } from '#core/columns/column.ts'
import { type Path, companionKinds, runProperties } from '#core/filter/expr.ts'
import { formatPath } from '#core/filter/names.ts'
import { testBit } from '#core/columns/bitset.ts'
import type { DatasetColumns } from './dataset-columns.ts'
import { findingColumn, sqlName, tagColumn } from './filter-sql.ts'

type Cell = string | number | null

/** Registers the virtual table `samples` on the dataset's connection; booleans are the texts `true` and `false`. */
export function createSamplesTable(columns: DatasetColumns): void {
  const paths: Path[] = [
    ...['id', 'file_name', ...columns.fields.map((field) => field.name)].map((name): Path => ({ kind: 'field', name })),
    ...columns.fields.flatMap(({ name }) => companionKinds.map((kind): Path => ({ kind, field: name }))),
    ...columns.runs.flatMap(({ model }) => runProperties.map((property): Path => ({ kind: 'run', model, property }))),
  ]
  const readers = new Map<string, (row: number) => Cell>()
  for (const path of paths) {
    const column = columns.column(path)
    readers.set(sqlName(path), (row) => cell(column, row))
    if (column.kind === 'codes' && column.dictionary.ids !== null) {
      const { codes, dictionary } = column
      readers.set(`${formatPath(path)}#id`, (row) => (codes[row] === 0 ? null : dictionary.ids![codes[row]! - 1]!))
    }
  }
  for (const { name } of columns.tags) {
    // Loaded now: while SQLite reads the table, the connection is busy.
    const bits = columns.tag(name)
    readers.set(tagColumn(name), (row) => (testBit(bits, row) ? 1 : 0))
  }
  for (const rule of columns.findings) {
    const bits = columns.finding(rule)
    readers.set(findingColumn(rule), (row) => (testBit(bits, row) ? 1 : 0))
  }
  columns.db.table('samples', {
    columns: [...readers.keys()],
    *rows() {
      for (let row = 0; row < columns.rowCount; row++) {
        yield Object.fromEntries([...readers].map(([name, read]) => [name, read(row)]))
      }
    },
  })
}

function cell(column: Column, row: number): Cell {
  switch (column.kind) {
    case 'codes': {
      const value = decodeCode(column.dictionary, column.codes[row]!)
      return typeof value === 'boolean' ? String(value) : value
    }
    case 'numbers':
      return Number.isNaN(column.values[row]) ? null : column.values[row]!
    case 'strings':
      return column.values[row]!
    case 'ids':
      return row + 1
  }
}

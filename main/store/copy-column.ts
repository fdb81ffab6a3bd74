// Copies a packed column from one dataset into another whose rows are others.
import {
  type ColumnRecord,
  insertColumn,
  insertDictionary,
  listDictionary,
  loadColumn,
  writeChunks,
} from './packed-column.ts'
import { movePacked } from './rewrite-rows.ts'
import type { ReadDb, WriteDb } from './sqlite.ts'

/** Where a column comes from: a dataset's file and its count of rows. */
export interface ColumnOrigin {
  readonly db: ReadDb
  readonly rowCount: number
}

/** Row `i` becomes what row `keep[i]` was, missing where that is -1. `name`: the column's in the other file. */
export function copyColumn(
  { db, rowCount }: ColumnOrigin,
  record: ColumnRecord,
  to: WriteDb,
  name: string,
  keep: Int32Array,
): ColumnRecord {
  const column = insertColumn(to, name, record.encoding, record.stride)
  const dictionary = listDictionary(db, record.id)
  if (dictionary.length > 0) insertDictionary(to, column.id, dictionary)
  writeChunks(to, column, movePacked(loadColumn(db, record, rowCount), keep, record))
  return column
}

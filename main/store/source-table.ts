// What a source said beyond what Foible reads, kept for an export of the same format: documents of samples, and whole files.
// A packed column says which document is a sample's, so that they stay together when samples are renumbered.
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { getColumnRecord, insertColumn, loadColumn, writeChunks } from './packed-column.ts'
import type { ReadDb, WriteDb } from './sqlite.ts'

const columnName = 'source_document'
const blockBytes = 1 << 20
/** The lightest: documents repeat each other so much that more time buys little. */
const compression = { level: 1 }

export interface DocumentWriter {
  /** The documents of the next samples, as JSON text; inside a transaction. */
  append(documents: readonly string[]): void
  /** Writes what is left, and which document is whose; inside a transaction. */
  finish(): void
}

/** Blocks of about a megabyte: compressed together, documents take a tenth of what they take alone. */
export function createDocumentWriter(db: WriteDb): DocumentWriter {
  const insert = db.prepare('INSERT INTO source_document (first, documents) VALUES (?, ?)')
  let block: string[] = []
  let bytes = 0
  let written = 0
  const flush = () => {
    if (block.length === 0) return
    insert.run(written + 1, deflateRawSync(block.join('\n'), compression))
    written += block.length
    block = []
    bytes = 0
  }
  return {
    append(documents) {
      for (const document of documents) {
        // Within JSON a line break is a blank like any other; here it parts the documents.
        block.push(document.includes('\n') ? document.replaceAll('\n', ' ') : document)
        bytes += document.length
        if (bytes >= blockBytes) flush()
      }
    },
    finish() {
      flush()
      const column = insertColumn(db, columnName, 'plain')
      writeChunks(
        db,
        column,
        Uint32Array.from({ length: written }, (_, i) => i + 1),
      )
    },
  }
}

/** Gives the document of a row (counted from 0), as JSON text; null where it has none. Rows in order are the cheapest. */
export function openDocuments(db: ReadDb, rowCount: number): (row: number) => string | null {
  const column = getColumnRecord(db, columnName)
  if (column === null) return () => null
  const numbers = loadColumn(db, column, rowCount)
  const get = db.prepare('SELECT first, documents FROM source_document WHERE first <= ? ORDER BY first DESC LIMIT 1')
  let block: { readonly first: number; readonly documents: readonly string[] } = { first: 1, documents: [] }
  return (row) => {
    const number = numbers[row] ?? 0
    if (number === 0) return null
    if (number < block.first || number >= block.first + block.documents.length) {
      const found = get.get(number) as { first: number; documents: Buffer } | undefined
      if (found === undefined) return null
      block = { first: found.first, documents: inflateRawSync(found.documents).toString().split('\n') }
    }
    return block.documents[number - block.first] ?? null
  }
}

/** Replaces a file of the same path. */
export function putSourceFile(db: WriteDb, path: string, content: Uint8Array): void {
  db.prepare(
    'INSERT INTO source_file (path, content) VALUES (?, ?) ON CONFLICT DO UPDATE SET content = excluded.content',
  ).run(path, deflateRawSync(content, compression))
}

export function listSourceFiles(db: ReadDb): ReadonlyMap<string, Uint8Array> {
  const rows = db.prepare('SELECT path, content FROM source_file ORDER BY path').all()
  return new Map(
    (rows as { path: string; content: Buffer }[]).map(({ path, content }) => [path, inflateRawSync(content)]),
  )
}

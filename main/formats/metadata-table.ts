// Reads metadata.csv, .jsonl and .parquet files whole into columns.
import type { FileTree } from './dataset-reader.ts'
import type { FindingLog } from './finding-log.ts'
import { createTable, readTableBatches, type Table } from './table-batches.ts'

/** All rows of a metadata file; broken rows become findings with `file:line`. */
export async function readMetadataTable(
  tree: FileTree,
  file: string,
  findings: FindingLog,
  signal: AbortSignal,
): Promise<Table> {
  const table = createTable()
  for await (const batch of readTableBatches(tree, file, findings, signal)) {
    for (const [name, cells] of batch.columns) {
      let column = table.columns.get(name)
      if (!column) table.columns.set(name, (column = []))
      column.length = table.rowCount
      // Not push(...cells): a million arguments overflow the stack.
      for (const cell of cells) column.push(cell)
    }
    table.rowCount += batch.rowCount
  }
  return table
}

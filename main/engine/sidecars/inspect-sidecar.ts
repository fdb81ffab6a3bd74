// What joining a file would do, before anything is done.
import type { Sidecar } from '#contract/sidecars.ts'
import type { FieldValue } from '#core/sample.ts'
import { parseTextColumn, toFieldValue } from '#formats/column-values.ts'
import { createFindingLog } from '#formats/finding-log.ts'
import { createFolderTree } from '#formats/folder-tree.ts'
import { openSidecar, type SidecarFile } from '#formats/sidecars/open-sidecar.ts'
import type { Table } from '#formats/table-batches.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { FieldAccumulator } from '../imports/field-accumulator.ts'
import { findJoins } from './find-join.ts'
import { nameFields } from './name-fields.ts'

const examples = 3

export async function inspectSidecar(dataset: DatasetHandle, path: string, signal: AbortSignal): Promise<Sidecar> {
  const findings = createFindingLog()
  const file = await openSidecar(await createFolderTree(path), findings, signal)
  const { joins, rows } = await findJoins(dataset, file, [], findings, signal)
  const first = await firstRows(file, signal)
  const columns = file.columns
    .filter((name) => name !== '' && name !== joins[0]?.column && name !== file.acceptedColumn)
    .flatMap((name) => describeColumn(name, first, file.isText))
  const names = nameFields(
    columns.map(({ name }) => name),
    dataset.columns.fields,
  )
  return {
    name: file.name,
    kind: file.kind,
    reason: file.reason,
    rows,
    joins: [...joins],
    columns: columns.map((column) => ({ ...column, field: names.get(column.name)!.name })),
    replaces: [...names.values()].flatMap(({ replaces }) => (replaces === null ? [] : [replaces.name])),
  }
}

async function firstRows(file: SidecarFile, signal: AbortSignal): Promise<Table | null> {
  for await (const table of file.rows(createFindingLog(), signal)) return table
  return null
}

/** Nothing for a column of lists or objects, which is no field. */
function describeColumn(name: string, table: Table | null, isText: boolean) {
  const values: FieldValue[] = []
  for (const cell of table?.columns.get(name) ?? []) {
    const value = toFieldValue(cell)
    if (value === undefined) return []
    values.push(value)
  }
  const typed = isText ? parseTextColumn(values.map((value) => (value === null ? null : String(value)))) : values
  const accumulator = new FieldAccumulator(null)
  accumulator.setAll(0, typed, typed.length)
  const distinct = new Set(typed.filter((value) => value !== null))
  return [{ name, kind: accumulator.finish(typed.length).kind, examples: [...distinct].slice(0, examples) }]
}

// What the columns of a table hold: text cells are typed as a whole, mixed ones become text. Knows no file.
import type { FieldKind } from '#core/sample.ts'
import type { Column } from './column-plan.ts'
import { isList, isRecord, parseDeclaredColumn, parseTextColumn, toText } from './column-values.ts'
import type { FindingLog } from './finding-log.ts'
import type { FoibleSchema } from './foible-schema.ts'
import { isPredictionColumn } from './prediction-columns.ts'
import type { Table } from './table-batches.ts'

/**
 * The columns of `data` with their kinds; cells are replaced by typed ones where the table is `text` (CSV). `reserved` columns
 * (paths) stay as they are.
 */
export function typeColumns(
  data: Map<string, unknown[]>,
  rowCount: number,
  text: boolean,
  reserved: ReadonlySet<string>,
  foible: FoibleSchema | null,
  findings: FindingLog,
): readonly Column[] {
  return [...data.keys()].map((name) =>
    typeColumn(name, data, rowCount, text && !reserved.has(name) ? csvKind(name, foible) : null, findings),
  )
}

/**
 * How a column of CSV cells is to be typed: as a whole, or by the kind that an export has put down. Its other columns are
 * texts, or a class called `007` or `NaN` would not come back.
 */
function csvKind(column: string, foible: FoibleSchema | null): FieldKind | 'whole' {
  if (!foible) return 'whole'
  const declared = foible.fields.find((field) => (field.column ?? field.name) === column)
  if (declared) return declared.kind
  return ['label', 'label_ids', 'split', 'tags'].includes(column) || isPredictionColumn(column) ? 'text' : 'whole'
}

/** Adds the rows of `table` below the `rowsBefore` rows of `data`. */
export function appendTable(data: Map<string, unknown[]>, table: Table, rowsBefore: number): void {
  for (const [name, cells] of table.columns) {
    const earlier = data.get(name)
    if (!earlier && rowsBefore === 0) data.set(name, cells)
    else {
      const column = earlier ?? []
      column.length = rowsBefore
      // Not push(...cells): a million arguments overflow the stack.
      for (const cell of cells) column.push(cell)
      data.set(name, column)
    }
  }
}

function typeColumn(
  name: string,
  data: Map<string, unknown[]>,
  rowCount: number,
  csvKind: FieldKind | 'whole' | null,
  findings: FindingLog,
): Column {
  let cells = data.get(name) ?? []
  cells.length = rowCount
  if (csvKind !== null) {
    const texts = Array.from(cells, (cell) => (typeof cell === 'string' ? cell : null))
    cells = csvKind === 'whole' ? parseTextColumn(texts) : parseDeclaredColumn(texts, csvKind)
    data.set(name, cells)
  }
  const types = new Set<string>()
  for (const cell of cells) {
    if (cell === null || cell === undefined) continue
    if (isList(cell) || isRecord(cell)) types.add('other')
    else types.add(typeof cell === 'bigint' ? 'number' : typeof cell)
  }
  if (types.has('other') || types.has('object')) return { name, kind: types.has('other') ? 'other' : null }
  if (types.size > 1) {
    findings.add('mixed_types', name)
    data.set(
      name,
      cells.map((cell) => (cell === null || cell === undefined ? null : toText(cell))),
    )
    return { name, kind: null }
  }
  const [type] = types
  return { name, kind: type === 'number' || type === 'boolean' ? type : null }
}

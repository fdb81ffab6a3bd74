// What the columns of a joined file are called as fields: their own names, where these are free or belong to an earlier joined file.
import type { FieldRecord } from '#store/field-table.ts'

export interface FieldName {
  readonly name: string
  /** The field of an earlier joined file whose place it takes. */
  readonly replaces: FieldRecord | null
}

/** Names that every dataset has without a field of that name. */
const reserved = ['id', 'file_name']

/** By column. A field of the dataset itself keeps its name; the column gets `_sidecar`, with a number if need be. */
export function nameFields(columns: readonly string[], fields: readonly FieldRecord[]): ReadonlyMap<string, FieldName> {
  const known = new Map(fields.map((field) => [field.name, field]))
  const taken = new Set(reserved)
  const names = new Map<string, FieldName>()
  const isFree = (name: string) => !taken.has(name) && (known.get(name)?.source ?? 'sidecar') === 'sidecar'
  for (const column of columns) {
    let name = column
    for (let number = 1; !isFree(name); number++) name = `${column}_sidecar${number === 1 ? '' : number}`
    taken.add(name)
    names.set(column, { name, replaces: known.get(name) ?? null })
  }
  return names
}

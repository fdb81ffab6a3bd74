// What the columns of a Parquet file are to Foible: kinds of values, and structs taken apart into their parts.
import type { FileMetaData, SchemaTree } from 'hyparquet'
import { FoibleError } from '#core/errors.ts'
import type { FieldKind } from '#core/sample.ts'
import type { Column } from './column-plan.ts'
import { isRecord } from './column-values.ts'
import { maxFields } from './limits.ts'
import { isTextElement, parquetColumns, type ParquetColumns } from './parquet-file.ts'
import { imageShape } from './parquet-image-column.ts'

/** A column as the plan sees it, and the way to its values: a top-level column and the parts of structs below it. */
export interface FlatColumn extends Column {
  readonly path: readonly [string, ...string[]]
}

/**
 * The columns of a file; a struct of plain values becomes one column a part, `a.b`. Images, predictions by model, lists and
 * maps stay whole. Throws `too_large` beyond the limit of fields.
 */
export function listFlatColumns(metadata: FileMetaData, file: string): readonly FlatColumn[] {
  const top = parquetColumns(metadata)
  const names = new Set(top.map(({ element }) => element.name))
  const columns = top.flatMap((tree) => flatten(tree, [tree.element.name], names))
  if (columns.length <= maxFields) return columns
  const message = `“${file}” has ${columns.length} columns, more than the ${maxFields} that Foible reads; write fewer of them.`
  throw new FoibleError('too_large', message, { file, columns: columns.length })
}

function flatten(tree: SchemaTree, path: FlatColumn['path'], taken: Set<string>): FlatColumn[] {
  const { element, children } = tree
  const name = path.join('.')
  const isPlainStruct =
    children.length > 0 &&
    element.repetition_type !== 'REPEATED' &&
    annotationOf(element) === '' &&
    imageShape(tree) === null &&
    name !== 'predictions'
  if (!isPlainStruct)
    return [
      { name, path, kind: children.length > 0 || element.repetition_type === 'REPEATED' ? 'other' : kindOf(element) },
    ]
  return children.flatMap((child) => {
    const inner: FlatColumn['path'] = [...path, child.element.name]
    const innerName = inner.join('.')
    // A column of that very name is the one that counts.
    if (taken.has(innerName)) return []
    taken.add(innerName)
    return flatten(child, inner, taken)
  })
}

function annotationOf(element: SchemaTree['element']): string {
  return element.logical_type?.type ?? element.converted_type ?? ''
}

function kindOf(element: SchemaTree['element']): FieldKind | 'other' | null {
  const annotation = annotationOf(element)
  if (/^(?:INTERVAL|BSON|VARIANT|GEOMETRY|GEOGRAPHY)/.test(annotation)) return 'other'
  if (element.type === 'BOOLEAN') return 'boolean'
  if (element.type === 'INT96' || /^(?:TIMESTAMP|DATE|UUID)/.test(annotation)) return 'text'
  if (/^DECIMAL|^FLOAT16/.test(annotation)) return 'number'
  if (element.type === 'BYTE_ARRAY') return isTextElement(element) ? null : 'other'
  return element.type === 'FIXED_LEN_BYTE_ARRAY' ? 'other' : 'number'
}

/** The cells of flat columns, from those of the top-level columns they lie in. */
export function takeFlatCells(
  columns: readonly FlatColumn[],
  cells: ParquetColumns,
): ReadonlyMap<string, readonly unknown[]> {
  return new Map(
    columns.map(({ name, path: [top, ...parts] }) => {
      const values = cells.get(top) ?? []
      return [name, parts.length === 0 ? values : values.map((value) => readPart(value, parts))]
    }),
  )
}

function readPart(value: unknown, parts: readonly string[]): unknown {
  let inner = value
  for (const part of parts) {
    if (!isRecord(inner) || !Object.hasOwn(inner, part)) return null
    inner = inner[part]
  }
  return inner
}

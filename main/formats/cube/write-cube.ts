// Writes a cube: one Parquet file, which pandas, DuckDB and Spark open as it is.
import type { SchemaElement } from 'hyparquet'
import { fileWriter, ParquetWriter } from 'hyparquet-writer'
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { FoibleError } from '#core/errors.ts'
import type { FieldValue } from '#core/sample.ts'
import { translateWriteError } from '../export-folder.ts'
import { placeNewFile, takenFile, unfinishedName } from '../place-new-file.ts'
import { countColumn, type CubeTerms, formatTerms, labelColumn } from './cube-terms.ts'

const cellsTogether = 65_536

/** What the cells hold, each by number from 0. */
export interface CubeContent {
  readonly terms: CubeTerms
  readonly cells: number
  /** The value of a field of the terms, by its place there. */
  readonly valueOf: (cell: number, field: number) => FieldValue
  readonly labelOf: (cell: number) => string | null
  /** Whether a model of the terms is right, by its place there; null = not judged. */
  readonly verdictOf: (cell: number, model: number) => boolean | null
  readonly countOf: (cell: number) => number
}

/** Writes to a new file, which is there only when it is whole. `nextGroup`: awaited before each group of cells. Throws `already_exists`, `not_found`, `no_space`, `no_permission`. */
export async function writeCube(
  file: string,
  { terms, cells, valueOf, labelOf, verdictOf, countOf }: CubeContent,
  nextGroup: (done: number) => Promise<void>,
): Promise<void> {
  if (existsSync(file)) throw takenFile(file)
  const folder = path.dirname(file)
  if (!existsSync(folder)) {
    throw new FoibleError('not_found', `There is no folder “${folder}”; make it, or choose another.`, { folder })
  }
  const unfinished = unfinishedName(file)
  const columns: readonly { readonly element: SchemaElement; readonly cellOf: (cell: number) => unknown }[] = [
    ...terms.fields.map(({ column, kind }, at) => ({
      element: toElement(column, kind),
      cellOf: (cell: number) => valueOf(cell, at),
    })),
    { element: toElement(labelColumn, 'category'), cellOf: labelOf },
    ...terms.models.map(({ column }, at) => ({
      element: toElement(column, 'boolean'),
      cellOf: (cell: number) => verdictOf(cell, at),
    })),
    {
      element: { name: countColumn, type: 'INT64', repetition_type: 'REQUIRED' },
      cellOf: (cell) => BigInt(countOf(cell)),
    },
  ]
  try {
    // The writer itself would take the place of a file.
    await writeFile(unfinished, '', { flag: 'wx' })
    const writer = new ParquetWriter({
      writer: fileWriter(unfinished),
      schema: [
        { name: 'schema', num_children: columns.length, repetition_type: 'REQUIRED' },
        ...columns.map(({ element }) => element),
      ],
      kvMetadata: formatTerms(terms),
      createdBy: 'foible',
    })
    try {
      for (let from = 0; from < cells; from += cellsTogether) {
        await nextGroup(from)
        const size = Math.min(cellsTogether, cells - from)
        writer.write({
          columnData: columns.map(({ element: { name }, cellOf }) => ({
            name,
            data: Array.from({ length: size }, (_, i) => cellOf(from + i)),
          })),
          rowGroupSize: size,
        })
      }
    } finally {
      writer.finish()
    }
    await placeNewFile(unfinished, file)
  } catch (cause) {
    throw translateWriteError(cause, file)
  } finally {
    await rm(unfinished, { force: true })
  }
}

function toElement(name: string, kind: 'category' | 'number' | 'boolean'): SchemaElement {
  if (kind === 'number') return { name, type: 'DOUBLE', repetition_type: 'OPTIONAL' }
  if (kind === 'boolean') return { name, type: 'BOOLEAN', repetition_type: 'OPTIONAL' }
  const utf8 = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const
  return { name, ...utf8, repetition_type: 'OPTIONAL' }
}

// Which column of a Parquet file holds the images, and in which form.
import type { SchemaTree } from 'hyparquet'
import { FoibleError } from '#core/errors.ts'
import type { Features } from './features.ts'
import { isTextElement } from './parquet-file.ts'

/** Where the images are: `struct` has bytes and a path, `bytes` only bytes, `path` only paths of files in the tree. */
export interface ImageColumn {
  readonly name: string
  readonly shape: 'struct' | 'bytes' | 'path'
}

/** The column that the features call an image, else the likeliest by type and name. Throws `unsupported_format` if there is none. */
export function findImageColumn(columns: readonly SchemaTree[], features: Features, file: string): ImageColumn {
  const shapes = columns.map((column) => ({ name: column.element.name, shape: imageShape(column) }))
  const found =
    shapes.find(({ name, shape }) => features.images.includes(name) && shape !== null) ??
    shapes.find(({ shape }) => shape === 'struct') ??
    shapes.find(({ name, shape }) => /^(?:image|img|picture)/i.test(name) && shape !== null) ??
    shapes.find(({ name, shape }) => /^(?:file_name|file_path|filepath|path)$/i.test(name) && shape === 'path') ??
    shapes.find(({ shape }) => shape === 'bytes')
  if (found?.shape) return { name: found.name, shape: found.shape }
  throw new FoibleError(
    'unsupported_format',
    `“${file}” has no column of images; Foible looks for a column “image” with bytes or paths.`,
    { file, columns: shapes.map(({ name }) => name).slice(0, 50) },
  )
}

/** Every column that certainly holds images: those that the features name, and structs with bytes. */
export function listImageColumns(columns: readonly SchemaTree[], features: Features): readonly string[] {
  return columns
    .filter((column) => imageShape(column) === 'struct' || features.images.includes(column.element.name))
    .map((column) => column.element.name)
}

/** In which form a column could hold images; null if it cannot. */
export function imageShape({ element, children }: SchemaTree): ImageColumn['shape'] | null {
  if (element.repetition_type === 'REPEATED') return null
  const bytes = children.find((child) => child.element.name === 'bytes')
  if (bytes?.element.type === 'BYTE_ARRAY' && bytes.children.length === 0) return 'struct'
  if (children.length > 0 || element.type !== 'BYTE_ARRAY') return null
  return isTextElement(element) ? 'path' : 'bytes'
}

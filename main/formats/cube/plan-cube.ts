// Decides what each column of a cube's file is: a field, the class, a model's verdicts, the count. Knows no cell.
import type { FileMetaData } from 'hyparquet'
import { FoibleError } from '#core/errors.ts'
import { findLabelColumn, roleOfName } from '../field-roles.ts'
import { parquetColumns } from '../parquet-file.ts'
import { imageShape } from '../parquet-image-column.ts'
import { listFlatColumns } from '../parquet-schema.ts'
import { type CubeTerms, correctPrefix, countColumn, isMarkedCube, modelOfColumn, parseTerms } from './cube-terms.ts'

export interface CubePlan {
  readonly terms: CubeTerms
  /** The column of the class. */
  readonly label: string
}

/** What a column of paths is called; a field “image_quality” is one that is counted by. */
const imageName =
  /^(?:(?:image|img|picture)s?(?:_?(?:path|file|url|uri))?|(?:(?:image|img)_?)?file_?(?:name|path)|path)$/i

/** Whether a file is a cube: it says so, or has the verdicts of models without images, which `planCube` may find fault with. */
export function isCube(metadata: FileMetaData): boolean {
  if (isMarkedCube(metadata.key_value_metadata)) return true
  const columns = parquetColumns(metadata)
  const holdsImages = columns.some((column) => {
    const shape = imageShape(column)
    return shape === 'path' ? imageName.test(column.element.name) : shape !== null
  })
  if (holdsImages) return false
  const elements = columns.map(({ element }) => element)
  if (elements.some(({ name }) => name.startsWith(correctPrefix))) return true
  const hasVerdicts = elements.some(({ name, type }) => modelOfColumn(name) !== null && type === 'BOOLEAN')
  return hasVerdicts && elements.some(({ name }) => name === countColumn)
}

/**
 * By what the file says of itself, else by the columns' names and types. Throws `unsupported_format` for what is no cube: without a
 * count, a class, or a model's verdicts, or with columns of lists.
 */
export function planCube(metadata: FileMetaData, file: string): CubePlan {
  const columns = listFlatColumns(metadata, file)
  const kindOf = new Map(columns.map(({ name, path, kind }) => [name, path.length > 1 ? 'other' : kind]))
  const refuse = (why: string): never => {
    throw new FoibleError('unsupported_format', `“${file}” cannot be read as a cube: ${why}`, { file })
  }
  if (kindOf.get(countColumn) !== 'number') refuse(`it has no column “${countColumn}” of whole numbers.`)
  const terms = parseTerms(metadata.key_value_metadata, file)
  const names = [...kindOf.keys()].filter((name) => name !== countColumn && modelOfColumn(name) === null)
  const label = findLabelColumn(names, true) ?? refuse('it has no column “label” with the class.')
  const plan = terms ?? {
    class: label,
    fields: names
      .filter((name) => name !== label)
      .map((name) => ({ name, column: name, kind: fieldKind(kindOf.get(name)), role: roleOfField(name) })),
    models: [...kindOf.keys()].flatMap((column) => {
      const name = modelOfColumn(column)
      const unknown = { protocol: 'unmasked', sha256: null, preprocessing: 'unknown: counted elsewhere' } as const
      return name === null ? [] : [{ name, column, ...unknown, answers: null, state: null }]
    }),
    source: null,
    filter: null,
  }
  if (plan.models.length === 0) {
    refuse('it has no column “correct:<model>” that says, with true or false, whether a model is right.')
  }
  for (const { name, column } of plan.models) {
    if (kindOf.get(column) !== 'boolean') refuse(`the column “${column}” has to be true, false or null.`)
    if (name.length > 120) refuse(`“${name.slice(0, 40)}…” is too long for the name of a model.`)
  }
  for (const { column } of plan.fields) {
    const kind = kindOf.get(column)
    if (kind === undefined) refuse(`it has no column “${column}”, of which it speaks.`)
    if (kind === 'other') refuse(`the column “${column}” holds lists, structs or bytes; leave it out.`)
  }
  const twice = firstRepeated([...plan.fields, ...plan.models].map(({ column }) => column))
  const twin =
    twice ?? firstRepeated(plan.models.map(({ name }) => name)) ?? firstRepeated(plan.fields.map((f) => f.name))
  if (twin !== undefined) refuse(`it has “${twin}” twice.`)
  return { terms: plan, label }
}

function roleOfField(name: string): 'nuisance' | 'plain' {
  return roleOfName(name) === 'nuisance' ? 'nuisance' : 'plain'
}

function fieldKind(kind: string | null | undefined): CubeTerms['fields'][number]['kind'] {
  return kind === 'number' || kind === 'boolean' ? kind : 'category'
}

function firstRepeated(names: readonly string[]): string | undefined {
  return names.find((name, at) => names.indexOf(name) !== at)
}

// What a cube's file says of itself in its key-value metadata, and the names of its columns. A cube counts images: one row a
// combination of field values, class and the models' verdicts, with how many images it stands for.
import type { FileMetaData } from 'hyparquet'
import { z } from 'zod'
import { FoibleError } from '#core/errors.ts'
import { protocols } from '#core/sample.ts'
import { parseJson } from '../parse-json.ts'

/** The key that makes a Parquet file a cube, and the one with what else is known of it. */
export const cubeKey = 'foible_cube'
const termsKey = 'foible_cube_terms'
const cubeVersion = '1'

export const labelColumn = 'label'
export const countColumn = 'count'
/** BOOLEAN, null = not judged. `correct_` is read too: some writers allow no colon. */
export const correctPrefix = 'correct:'
const correctPattern = /^correct[:_](.+)$/s

export type KeyValues = NonNullable<FileMetaData['key_value_metadata']>

const maxName = 120
const text = z.string().max(10_000)

const cubeTerms = z.object({
  /** The class field's name. */
  class: z.string().min(1),
  fields: z.array(
    z.object({
      name: z.string().min(1),
      column: z.string(),
      kind: z.enum(['category', 'number', 'boolean']),
      role: z.enum(['nuisance', 'plain']),
    }),
  ),
  models: z.array(
    z.object({
      name: z.string().min(1).max(maxName),
      column: z.string(),
      protocol: z.enum(protocols).default('unmasked'),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .nullable()
        .default(null),
      preprocessing: text.default('unknown: counted elsewhere'),
      /** How many classes it could answer; null where that is not known. */
      answers: z.number().int().min(1).nullable().default(null),
      /** Whether it had been asked about everything; null where that is not known. */
      state: z.enum(['done', 'partial']).nullable().default(null),
    }),
  ),
  /** What was counted, in words; null where that is not said. */
  source: text.nullable().default(null),
  /** The filter under which it was counted, as text; null: everything. */
  filter: text.nullable().default(null),
})
export type CubeTerms = z.infer<typeof cubeTerms>

export function formatTerms(terms: CubeTerms): KeyValues {
  return [
    { key: cubeKey, value: cubeVersion },
    { key: termsKey, value: JSON.stringify(terms) },
  ]
}

export function isMarkedCube(metadata: KeyValues | undefined): boolean {
  return metadata?.some(({ key }) => key === cubeKey) ?? false
}

/** The terms, or null where the file says none. Throws `unsupported_format` for a later version, `broken_file` for nonsense. */
export function parseTerms(metadata: KeyValues | undefined, file: string): CubeTerms | null {
  const valueOf = (key: string) => metadata?.find((pair) => pair.key === key)?.value
  const version = valueOf(cubeKey)
  if (version !== undefined && version !== cubeVersion) {
    const message = `“${file}” is a cube of version “${version}”, and this Foible reads version ${cubeVersion}: update Foible.`
    throw new FoibleError('unsupported_format', message, { file, version })
  }
  const terms = valueOf(termsKey)
  if (version === undefined || terms === undefined) return null
  const parsed = cubeTerms.safeParse(parseJsonOrNull(terms))
  if (parsed.success) return parsed.data
  const message = `What “${file}” says of itself as a cube cannot be read; leave out the key ${termsKey}, or write the cube again.`
  throw new FoibleError('broken_file', message, { file, key: termsKey })
}

function parseJsonOrNull(json: string): unknown {
  try {
    return parseJson(json)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** The model whose verdicts a column called so holds; null if none. */
export function modelOfColumn(column: string): string | null {
  return correctPattern.exec(column)?.[1] ?? null
}

/** A column for a field: its own name where that means nothing else in a cube. */
export function columnOfField(name: string, taken: ReadonlySet<string>): string {
  const isReserved = name === labelColumn || name === countColumn || modelOfColumn(name) !== null
  let column = isReserved ? `field_${name}` : name
  while (taken.has(column)) column += '_'
  return column
}

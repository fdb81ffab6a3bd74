// metadata.json of a FiftyOneDataset: the dataset document, reduced to what importing needs.
import { z } from 'zod'
import { FoibleError } from '#core/errors.ts'
import type { FieldKind } from '#core/sample.ts'
import type { FileTree } from './dataset-reader.ts'
import { parseExtendedJson } from './extended-json.ts'
import { type FoibleSchema, parseFoibleSchema } from './foible-schema.ts'
import { maxDocumentBytes } from './limits.ts'
import { scalarText } from './scalar-text.ts'

const sampleField = z.object({
  name: z.string(),
  ftype: z.string(),
  embedded_doc_type: z.string().nullish(),
  db_field: z.string().nullish(),
})
const classList = z.array(scalarText)
const documentShape = z.object({
  version: z.string().optional(),
  media_type: z.string().nullish(),
  default_classes: classList.nullish().catch(null),
  classes: z.record(z.string(), classList).nullish().catch(null),
  info: z.record(z.string(), z.unknown()).nullish().catch(null),
  description: z.string().nullish().catch(null),
  sample_fields: z.array(sampleField).catch([]),
})

export interface FiftyoneField {
  readonly name: string
  /** The key that its values have in samples.json. */
  readonly key: string
  readonly kind: FieldKind | null
  /** `Classification`, `Classifications`, ...: the label type, or null for plain values. */
  readonly labelType: string | null
}

export interface FiftyoneMetadata {
  readonly fields: readonly FiftyoneField[]
  readonly classes: readonly string[] | null
  /** The classes of single fields, by field name. */
  readonly classesOf: ReadonlyMap<string, readonly string[]>
  readonly description: string | null
  readonly license: string | null
  readonly foible: FoibleSchema | null
}

/** Throws `broken_file` if it is no JSON, `unsupported_format` for datasets of a kind or age that Foible does not read. */
export async function readFiftyoneMetadata(tree: FileTree, signal: AbortSignal): Promise<FiftyoneMetadata> {
  const file = 'metadata.json'
  const text = new TextDecoder().decode(await tree.read(file, maxDocumentBytes, signal))
  let value: unknown
  try {
    value = parseExtendedJson(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : ''
    throw new FoibleError(
      'broken_file',
      `“${file}” is not valid JSON (${reason}); fetch or export it again.`,
      { file },
      { cause },
    )
  }
  const parsed = documentShape.safeParse(value)
  if (!parsed.success || parsed.data.version === undefined) {
    throw new FoibleError(
      'unsupported_format',
      `“${file}” comes from a FiftyOne older than 0.7, or from something else; load it in a newer FiftyOne and export it again.`,
      { file },
    )
  }
  const {
    media_type: mediaType,
    default_classes: defaults,
    classes,
    info,
    description,
    sample_fields: fields,
  } = parsed.data
  if (mediaType && mediaType !== 'image') {
    const wayOut =
      mediaType === 'group' ? 'export its image slice (select_group_slices)' : 'export frames or patches of it'
    throw new FoibleError(
      'unsupported_format',
      `This FiftyOne dataset holds media of the type “${mediaType}”, and Foible reads images; ${wayOut} as images.`,
      { file, mediaType },
    )
  }
  const infoClasses = classList.safeParse(info?.['classes'])
  const chosen = [defaults, Object.values(classes ?? {})[0], infoClasses.data].find((list) => list && list.length > 0)
  return {
    fields: fields.map((field) => ({
      name: field.name,
      key: field.db_field ?? field.name,
      kind: kindOfField(field.ftype),
      labelType: field.embedded_doc_type?.split('.').at(-1) ?? null,
    })),
    classes: chosen ?? null,
    classesOf: new Map(Object.entries(classes ?? {})),
    description: description ?? null,
    license: typeof info?.['license'] === 'string' ? info['license'] : null,
    foible: parseFoibleSchema(info?.['foible']),
  }
}

/** By the last part of `ftype`, e.g. `fiftyone.core.fields.FloatField`. */
function kindOfField(ftype: string): FieldKind | null {
  switch (ftype.split('.').at(-1)) {
    case 'IntField':
    case 'FloatField':
      return 'number'
    case 'BooleanField':
      return 'boolean'
    case 'DateField':
    case 'DateTimeField':
      return 'text'
    default:
      return null
  }
}

// Names for the columns of an export: a field keeps its own name where the format allows it, and the Foible schema beside the
// data keeps what a name, a kind and a role were.
import { ownValue } from './column-values.ts'
import type { ExportSchema } from './export-sample.ts'
import type { FoibleSchema } from './foible-schema.ts'

export interface ExportColumns {
  /** By field name, in the order of the schema. */
  readonly fields: ReadonlyMap<string, string>
  readonly models: ReadonlyMap<string, string>
  readonly foible: FoibleSchema
}

export interface NamingRules {
  /** Names that mean something to the format or its readers. */
  readonly isReserved: (name: string) => boolean
  /** The nearest name that the format allows. */
  readonly sanitize: (name: string) => string
  /** Fields and models share one set of names. */
  readonly sharedNames: boolean
  readonly mediaPrefix: string
}

const tableNames = new Set([
  'file_name',
  'image',
  'label',
  'label_ids',
  'split',
  'tags',
  'predictions',
  'top_k_classes',
  'top_k_probabilities',
  'predicted_class',
  'predicted_probability',
])

/** The rules of metadata.jsonl, CSV and Parquet columns. */
export const tableRules: NamingRules = {
  isReserved: (name) => tableNames.has(name) || /(?:^|_)file_names?$/.test(name),
  sanitize: (name) => (name === '' || name === '__proto__' ? 'field' : name),
  sharedNames: false,
  mediaPrefix: '',
}

export function assignColumns(schema: ExportSchema, rules: NamingRules): ExportColumns {
  const taken = new Set<string>()
  const assign = (name: string, used: Set<string>) => {
    const clean = rules.sanitize(name)
    let column = rules.isReserved(clean) ? `field_${clean.replace(/(file_names?)$/, '$1_')}` : clean
    while (used.has(column)) column += '_'
    used.add(column)
    return column
  }
  const fields = new Map(schema.fields.map((field) => [field.name, assign(field.name, taken)]))
  const modelNames = rules.sharedNames ? taken : new Set<string>()
  const models = new Map(schema.models.map((name) => [name, assign(name, modelNames)]))
  return {
    fields,
    models,
    foible: {
      version: 1,
      label_field: schema.labelField,
      classes: [...schema.classes],
      fields: schema.fields.map(({ name, kind, role, values }) => ({
        name,
        kind,
        role,
        ...(values ? { values: [...values] } : {}),
        column: fields.get(name) ?? name,
      })),
      models: [...models].map(([name, column]) => {
        const run = ownValue(schema.runs ?? {}, name)
        return run ? { name, column, run } : { name, column }
      }),
      media_prefix: rules.mediaPrefix,
      ...(schema.cropBorderPx ? { crop_border_px: schema.cropBorderPx } : {}),
      ...(schema.evaluationOnly ? { evaluation_only: true as const } : {}),
    },
  }
}

/**
 * The names of an export's data files: one a split where every split can name a file; else `train` alone, and each sample says
 * its split.
 */
export function splitFiles({ splits }: ExportSchema): { readonly bySplit: boolean; readonly names: readonly string[] } {
  const names = splits.filter((split): split is string => split !== null && /^\w+$/.test(split))
  const bySplit = names.length > 0 && names.length === splits.length
  return { bySplit, names: bySplit ? names : ['train'] }
}

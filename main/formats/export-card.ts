// The card of an exported dataset: front matter that `datasets` reads, with the Foible schema in it.
import { stringify } from 'yaml'
import type { ExportColumns } from './export-columns.ts'
import type { ExportSchema } from './export-sample.ts'

/** A type of `datasets` features, as far as exports use them. */
export type FeatureType =
  | { readonly kind: 'image' }
  | { readonly kind: 'class_label'; readonly names: readonly string[] }
  | { readonly kind: 'value'; readonly dtype: 'string' | 'float64' | 'bool' | 'int64' }
  | { readonly kind: 'list'; readonly item: 'string' | 'float64' | 'int64' }
  | { readonly kind: 'struct'; readonly fields: readonly Feature[] }

export interface Feature {
  readonly name: string
  readonly type: FeatureType
}

/** The columns of a table-like export in their order. */
export function listFeatures(schema: ExportSchema, columns: ExportColumns): readonly Feature[] {
  const prediction: FeatureType = {
    kind: 'struct',
    fields: [
      { name: 'classes', type: { kind: 'list', item: 'string' } },
      { name: 'ids', type: { kind: 'list', item: 'int64' } },
      { name: 'probabilities', type: { kind: 'list', item: 'float64' } },
      { name: 'correct', type: { kind: 'value', dtype: 'bool' } },
    ],
  }
  const dtypes = { number: 'float64', boolean: 'bool', category: 'string', text: 'string' } as const
  return [
    { name: 'image', type: { kind: 'image' } },
    {
      name: 'label',
      type:
        schema.classes.length > 0 ? { kind: 'class_label', names: schema.classes } : { kind: 'value', dtype: 'string' },
    },
    { name: 'label_ids', type: { kind: 'list', item: 'int64' } },
    { name: 'split', type: { kind: 'value', dtype: 'string' } },
    ...schema.fields.map(({ name, kind }): Feature => ({
      name: columns.fields.get(name) ?? name,
      type: { kind: 'value', dtype: dtypes[kind] },
    })),
    { name: 'tags', type: { kind: 'list', item: 'string' } },
    ...(columns.models.size === 0
      ? []
      : [
          {
            name: 'predictions',
            type: { kind: 'struct', fields: [...columns.models.values()].map((name) => ({ name, type: prediction })) },
          } as const,
        ]),
  ]
}

/** README.md with front matter. `features`: null where the files' types are for `datasets` to find out. `dataFiles` are the files of each split. */
export function formatCard(
  schema: ExportSchema,
  columns: ExportColumns,
  features: readonly Feature[] | null,
  dataFiles: readonly { readonly split: string; readonly path: string | readonly string[] }[],
): string {
  const frontMatter = {
    ...(schema.license ? { license: schema.license } : {}),
    pretty_name: schema.name,
    ...(schema.description ? { description: schema.description } : {}),
    task_categories: ['image-classification'],
    configs: [{ config_name: 'default', data_files: dataFiles }],
    ...(features ? { dataset_info: { config_name: 'default', features: features.map(toCardFeature) } } : {}),
    foible: columns.foible,
  }
  // Quoted throughout, and by the rules of YAML 1.1: Python's reader would take a class called N or no for a truth value.
  const yaml = stringify(frontMatter, {
    version: '1.1',
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    lineWidth: 0,
  })
  return `---\n${yaml}---\n\n# ${schema.name.replaceAll('\n', ' ')}\n\nExported by Foible; manifest.json says from what.\n`
}

function toCardFeature({ name, type }: Feature): Readonly<Record<string, unknown>> {
  switch (type.kind) {
    case 'image':
      return { name, dtype: 'image' }
    case 'value':
      return { name, dtype: type.dtype }
    case 'class_label':
      return {
        name,
        dtype: { class_label: { names: Object.fromEntries(type.names.map((label, i) => [String(i), label])) } },
      }
    case 'list':
      return { name, list: type.item }
    case 'struct':
      return { name, struct: type.fields.map(toCardFeature) }
  }
}

/** The value of the Arrow schema metadata key `huggingface`. */
export function formatSchemaFeatures(features: readonly Feature[]): string {
  return JSON.stringify({
    info: { features: Object.fromEntries(features.map(({ name, type }) => [name, toSchemaFeature(type)])) },
  })
}

function toSchemaFeature(type: FeatureType): unknown {
  switch (type.kind) {
    case 'image':
      return { _type: 'Image' }
    case 'value':
      return { dtype: type.dtype, _type: 'Value' }
    case 'class_label':
      return { names: type.names, _type: 'ClassLabel' }
    case 'list':
      return { feature: { dtype: type.item, _type: 'Value' }, _type: 'List' }
    case 'struct':
      return Object.fromEntries(type.fields.map((field) => [field.name, toSchemaFeature(field.type)]))
  }
}

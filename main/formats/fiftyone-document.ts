// The dataset document (metadata.json) of an exported FiftyOneDataset, in the form FiftyOne 1.x reads.
import type { FieldKind } from '#core/sample.ts'
import type { ExportColumns } from './export-columns.ts'
import type { ExportSchema } from './export-sample.ts'
import { type FiftyoneKeys, noResults } from './fiftyone-original.ts'

/** Versions from 1.0 on read it and migrate it to their own. */
const documentVersion = '1.0.0'
const ftypes: Readonly<Record<FieldKind, string>> = {
  number: 'FloatField',
  boolean: 'BooleanField',
  category: 'StringField',
  text: 'StringField',
}

interface FieldDocument {
  readonly name: string
  readonly ftype: string
  readonly embedded_doc_type: string | null
  readonly subfield: string | null
  readonly fields: readonly FieldDocument[]
  readonly db_field: string
  readonly description: null
  readonly info: null
  readonly read_only: boolean
  readonly created_at: { readonly $date: string }
}

export function formatFiftyoneDocument(
  schema: ExportSchema,
  columns: ExportColumns,
  keys: FiftyoneKeys,
  datasetId: string,
  createdAt: Date,
): Readonly<Record<string, unknown>> {
  const created = { $date: createdAt.toISOString() }
  const field = (name: string, ftype: string, more: Partial<FieldDocument> = {}): FieldDocument => ({
    name,
    ftype: `fiftyone.core.fields.${ftype}`,
    embedded_doc_type: null,
    subfield: null,
    fields: [],
    db_field: name,
    description: null,
    info: null,
    read_only: false,
    created_at: created,
    ...more,
  })
  const list = (name: string, item: string) => field(name, 'ListField', { subfield: `fiftyone.core.fields.${item}` })
  const idField = field('id', 'ObjectIdField', { db_field: '_id' })
  const labelFields = [
    idField,
    list('tags', 'StringField'),
    field('label', 'StringField'),
    field('confidence', 'FloatField'),
    field('logits', 'VectorField'),
  ]
  const embedded = (name: string, type: string, fields: readonly FieldDocument[]) =>
    field(name, 'EmbeddedDocumentField', { embedded_doc_type: `fiftyone.core.labels.${type}`, fields })
  const predictionFields = [
    ...labelFields,
    list('top_k_classes', 'StringField'),
    list('top_k_ids', 'IntField'),
    list('top_k_probabilities', 'FloatField'),
    field('correct', 'BooleanField'),
  ]
  return {
    _id: { $oid: datasetId },
    name: schema.name,
    slug: schema.name.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
    version: documentVersion,
    created_at: created,
    last_modified_at: created,
    last_loaded_at: created,
    sample_collection_name: `samples.${datasetId}`,
    persistent: false,
    media_type: 'image',
    group_media_types: {},
    tags: [],
    description: schema.description,
    info: {
      ...(schema.license ? { license: schema.license } : {}),
      foible: { ...columns.foible, label_column: keys.label },
    },
    app_config: {
      grid_media_field: 'filepath',
      media_fields: ['filepath'],
      modal_media_field: 'filepath',
      plugins: {},
    },
    classes: {},
    default_classes: schema.classes,
    mask_targets: {},
    default_mask_targets: {},
    skeletons: {},
    sample_fields: [
      idField,
      field('filepath', 'StringField'),
      list('tags', 'StringField'),
      field('metadata', 'EmbeddedDocumentField', { embedded_doc_type: 'fiftyone.core.metadata.ImageMetadata' }),
      field('created_at', 'DateTimeField', { read_only: true }),
      field('last_modified_at', 'DateTimeField', { read_only: true }),
      field('split', 'StringField'),
      embedded(keys.label, 'Classification', labelFields),
      embedded(keys.accepted, 'Classifications', [
        field('classifications', 'ListField', {
          subfield: 'fiftyone.core.fields.EmbeddedDocumentField',
          embedded_doc_type: 'fiftyone.core.labels.Classification',
          fields: labelFields,
        }),
        field('logits', 'VectorField'),
      ]),
      ...schema.fields.map(({ name, kind }) => field(columns.fields.get(name) ?? name, ftypes[kind])),
      ...[...columns.models.values()].map((name) => embedded(name, 'Classification', predictionFields)),
    ],
    frame_fields: [],
    ...noResults,
  }
}

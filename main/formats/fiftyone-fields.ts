// Decides what each key of FiftyOne's sample documents means, batch by batch, and takes the values out. Knows no file.
import type { FieldValue } from '#core/sample.ts'
import { isRecord, parseIds, toFieldValue, toPrediction } from './column-values.ts'
import type { FieldSpec, ImportedPrediction } from './dataset-reader.ts'
import { simplifyExtended } from './extended-json.ts'
import type { FiftyoneMetadata } from './fiftyone-metadata.ts'
import { acceptedNames, labelNames, roleOfName } from './field-roles.ts'
import type { FindingLog } from './finding-log.ts'
import { toFieldSpec } from './foible-schema.ts'

export type Doc = Readonly<Record<string, unknown>>

type Meaning =
  | { readonly kind: 'label' | 'accepted' | 'skip' }
  | { readonly kind: 'prediction'; readonly model: string }
  | { readonly kind: 'field'; readonly spec: FieldSpec }

export interface DocColumns {
  readonly labels: readonly (string | null)[]
  readonly acceptedIds: readonly (readonly number[] | null)[]
  readonly fields: ReadonlyMap<string, readonly FieldValue[]>
  readonly predictions: ReadonlyMap<string, readonly (ImportedPrediction | null)[]>
}

export interface FiftyoneInterpreter {
  readonly labelField: string
  /** Grows as new keys appear. */
  readonly fields: readonly FieldSpec[]
  read(docs: readonly Doc[]): DocColumns
}

/** Keys that FiftyOne keeps for itself, and those that are read elsewhere. */
const ownKeys = new Set(['_id', 'id', 'filepath', 'tags', 'metadata', 'split', 'created_at', 'last_modified_at'])

/** `first` are the first documents: they decide which Classification is the label where the metadata does not say. */
export function createFiftyoneInterpreter(
  metadata: FiftyoneMetadata,
  first: readonly Doc[],
  findings: FindingLog,
): FiftyoneInterpreter {
  const known = new Map(metadata.fields.map((field) => [field.key, field]))
  const meanings = new Map<string, Meaning>()
  const labelKey = chooseLabelKey(metadata, first)
  const specs: FieldSpec[] = []

  const decide = (key: string, docs: readonly Doc[]): Meaning => {
    if (key === labelKey) return { kind: 'label' }
    if (ownKeys.has(key) || key.startsWith('_')) return { kind: 'skip' }
    const name = known.get(key)?.name ?? key
    const values = docs.map((doc) => doc[key]).filter((value) => value !== null && value !== undefined)
    const labelType = typeOfLabel(values[0]) ?? known.get(key)?.labelType ?? null
    const model = metadata.foible?.models.find((item) => item.column === key)?.name
    if (model !== undefined) return { kind: 'prediction', model }
    if (labelType === 'Classifications' && acceptedNames.includes(name)) return { kind: 'accepted' }
    if (labelType === 'Classification' && values.some(isPrediction)) return { kind: 'prediction', model: name }
    if (labelType !== null && labelType !== 'Classification' && labelType !== 'Regression') {
      findings.add('unknown_type', `${name}: ${labelType}`)
      return { kind: 'skip' }
    }
    const declared = metadata.foible?.fields.find((field) => (field.column ?? field.name) === key)
    const kind =
      labelType === 'Classification'
        ? 'category'
        : labelType === 'Regression'
          ? 'number'
          : (known.get(key)?.kind ?? null)
    const spec = declared ? toFieldSpec(declared) : { name, kind, role: roleOfName(name) }
    specs.push(spec)
    return { kind: 'field', spec }
  }

  const meet = (docs: readonly Doc[]) => {
    for (const doc of docs) {
      for (const key of Object.keys(doc)) if (!meanings.has(key)) meanings.set(key, decide(key, docs))
    }
  }
  // In the order of the schema, as far as there is one; keys that only documents have come after. A missing value is an absent
  // key: a field that an export names is one even if no document has a value of it.
  const exported = new Set(metadata.foible?.fields.map((field) => field.column ?? field.name))
  for (const { key } of metadata.fields) {
    if (exported.has(key) || first.some((doc) => key in doc)) meanings.set(key, decide(key, first))
  }
  meet(first)

  return {
    labelField: metadata.foible?.label_field ?? known.get(labelKey ?? '')?.name ?? labelKey ?? 'ground_truth',
    fields: specs,
    read(docs) {
      meet(docs)
      return takeColumns(docs, meanings, labelKey, findings)
    },
  }
}

function takeColumns(
  docs: readonly Doc[],
  meanings: ReadonlyMap<string, Meaning>,
  labelKey: string | null,
  findings: FindingLog,
): DocColumns {
  const acceptedIds = new Array<readonly number[] | null>(docs.length).fill(null)
  const fields = new Map<string, FieldValue[]>()
  const predictions = new Map<string, (ImportedPrediction | null)[]>()
  for (const [key, meaning] of meanings) {
    const cells = docs.map((doc) => doc[key])
    if (meaning.kind === 'accepted') {
      cells.forEach((cell, i) => (acceptedIds[i] = readAccepted(cell, key, findings)))
    } else if (meaning.kind === 'prediction') predictions.set(meaning.model, cells.map(readPrediction))
    else if (meaning.kind === 'field')
      fields.set(
        meaning.spec.name,
        cells.map((cell) => readValue(cell, key, findings)),
      )
  }
  return {
    labels: docs.map((doc) => (labelKey === null ? null : readLabel(doc[labelKey]))),
    acceptedIds,
    fields,
    predictions,
  }
}

/** `ground_truth` or another usual name; else the first Classification that is no prediction and no nuisance. */
function chooseLabelKey(metadata: FiftyoneMetadata, first: readonly Doc[]): string | null {
  const keys = new Set([...metadata.fields.map((field) => field.key), ...first.flatMap((doc) => Object.keys(doc))])
  const candidates = [...keys].filter((key) => {
    const values = first.map((doc) => doc[key]).filter((value) => value !== null && value !== undefined)
    return (
      values.length > 0 &&
      values.every((value) => typeOfLabel(value) === 'Classification') &&
      !values.some(isPrediction)
    )
  })
  const usual = ['ground_truth', ...labelNames].find((name) => candidates.includes(name))
  return usual ?? candidates.find((key) => roleOfName(key) === 'plain') ?? candidates[0] ?? null
}

function typeOfLabel(value: unknown): string | null {
  return isRecord(value) && typeof value['_cls'] === 'string' ? value['_cls'] : null
}

function isPrediction(value: unknown): boolean {
  return isRecord(value) && ['confidence', 'logits'].some((key) => value[key] !== undefined && value[key] !== null)
}

function readLabel(value: unknown): string | null {
  const label = isRecord(value) ? value['label'] : value
  return label === null || label === undefined ? null : String(label)
}

function readPrediction(value: unknown): ImportedPrediction | null {
  if (!isRecord(value)) return null
  const {
    label,
    confidence,
    top_k_classes: classes,
    top_k_probabilities: probabilities,
    top_k_ids: ids,
    correct,
  } = value
  return Array.isArray(classes)
    ? toPrediction(classes, probabilities, ids, correct)
    : toPrediction(label, confidence, ids, correct)
}

function readAccepted(value: unknown, key: string, findings: FindingLog): readonly number[] | null {
  if (!isRecord(value) || !Array.isArray(value['classifications'])) return null
  const ids = parseIds(value['classifications'].map(readLabel))
  if (ids === undefined) findings.add('unknown_type', key)
  return ids ?? null
}

function readValue(value: unknown, key: string, findings: FindingLog): FieldValue {
  if (!isRecord(value)) {
    const plain = toFieldValue(value)
    if (plain === undefined) findings.add('unknown_type', key)
    return plain ?? null
  }
  const type = typeOfLabel(value)
  if (type === 'Classification') return readLabel(value)
  if (type === 'Regression') return toFieldValue(value['value']) ?? null
  const simple = simplifyExtended(value)
  if (simple === undefined) findings.add('unknown_type', key)
  return simple ?? null
}

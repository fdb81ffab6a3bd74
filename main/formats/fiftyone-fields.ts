// Decides what each key of FiftyOne's sample documents means, batch by batch, and takes the values out. Knows no file.
import { FoibleError } from '#core/errors.ts'
import type { FieldValue } from '#core/sample.ts'
import { ownValue } from './column-values.ts'
import type { FieldSpec, ImportedPrediction } from './dataset-reader.ts'
import { isPrediction, readAccepted, readLabel, readPrediction, readValue, typeOfLabel } from './fiftyone-labels.ts'
import type { FiftyoneMetadata } from './fiftyone-metadata.ts'
import { acceptedNames, labelNames, roleOfName } from './field-roles.ts'
import type { FindingLog, FindingRule } from './finding-log.ts'
import { toFieldSpec } from './foible-schema.ts'
import { maxFields } from './limits.ts'

export type Doc = Readonly<Record<string, unknown>>

type Meaning =
  | { readonly kind: 'label' | 'accepted' | 'skip' }
  /** What Foible has no place for. */
  | { readonly kind: 'kept'; readonly what: string }
  | { readonly kind: 'prediction'; readonly model: string; readonly classes: readonly string[] | null }
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
    if (meanings.size >= maxFields) throw tooManyFields()
    const name = known.get(key)?.name ?? key
    const values = docs.map((doc) => ownValue(doc, key)).filter((value) => value !== null && value !== undefined)
    const labelType = typeOfLabel(values[0]) ?? known.get(key)?.labelType ?? null
    const model = metadata.foible?.models.find((item) => item.column === key)?.name
    const classes = metadata.classesOf.get(name) ?? metadata.classes
    if (model !== undefined) return { kind: 'prediction', model, classes }
    if (labelType === 'Classifications' && acceptedNames.includes(name)) return { kind: 'accepted' }
    if (labelType === 'Classification' && values.some(isPrediction)) return { kind: 'prediction', model: name, classes }
    if (labelType !== null && labelType !== 'Classification' && labelType !== 'Regression') {
      return { kind: 'kept', what: `${name}: ${labelType}` }
    }
    if (values.length > 0 && values.every(isKept)) return { kind: 'kept', what: name }
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
  const orNote = <T>(value: T | undefined, rule: FindingRule, key: string): T | null => {
    if (value === undefined) findings.add(rule, key)
    return value ?? null
  }
  for (const [key, meaning] of meanings) {
    const cells = docs.map((doc) => ownValue(doc, key))
    if (meaning.kind === 'accepted')
      cells.forEach((cell, i) => (acceptedIds[i] = orNote(readAccepted(cell), 'unknown_type', key)))
    else if (meaning.kind === 'prediction')
      predictions.set(
        meaning.model,
        cells.map((cell) => readPrediction(cell, meaning.classes)),
      )
    else if (meaning.kind === 'field')
      fields.set(
        meaning.spec.name,
        cells.map((cell) => orNote(readValue(cell), 'kept_type', key)),
      )
    else if (meaning.kind === 'kept') {
      const count = cells.filter((cell) => cell !== null && cell !== undefined).length
      if (count > 0) findings.add('kept_type', meaning.what, count)
    }
  }
  const labels = docs.map((doc) =>
    labelKey === null ? null : orNote(readLabel(ownValue(doc, labelKey)), 'several_labels', labelKey),
  )
  return { labels, acceptedIds, fields, predictions }
}

/**
 * `ground_truth`, whatever it holds; else another usual name, else the first Classification that is no prediction and no
 * nuisance; else a usual name that looks like a prediction. An export of Foible's says itself.
 */
function chooseLabelKey(metadata: FiftyoneMetadata, first: readonly Doc[]): string | null {
  if (metadata.foible) return metadata.foible.label_column ?? 'ground_truth'
  const keys = new Set([...metadata.fields.map((field) => field.key), ...first.flatMap((doc) => Object.keys(doc))])
  const filled = [...keys].map((key) => ({
    key,
    values: first.map((doc) => ownValue(doc, key)).filter((value) => value !== null && value !== undefined),
  }))
  const ofType = (...types: readonly string[]) =>
    filled.filter(
      ({ values }) => values.length > 0 && values.every((value) => types.includes(typeOfLabel(value) ?? '')),
    )
  const named = (candidates: readonly { readonly key: string }[], names: readonly string[]) =>
    names.find((name) => candidates.some(({ key }) => key === name))
  const all = ofType('Classification')
  const people = all.filter(({ values }) => !values.some(isPrediction))
  return (
    named(ofType('Classification', 'Classifications'), ['ground_truth']) ??
    named(people, labelNames) ??
    (people.find(({ key }) => roleOfName(key) === 'plain') ?? people[0])?.key ??
    named(all, labelNames) ??
    null
  )
}

function isKept(value: unknown): boolean {
  return readValue(value) === undefined
}

function tooManyFields(): FoibleError {
  const message = `The samples have more than ${maxFields} fields; export fewer of them from FiftyOne.`
  return new FoibleError('too_large', message, { fields: maxFields })
}

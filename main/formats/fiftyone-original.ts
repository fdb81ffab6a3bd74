// Puts an export back into the FiftyOne dataset that it came from: documents stay as they were, except for what has changed.
import type { NamingRules } from './export-columns.ts'
import type { ExportSchema, ExportSource } from './export-sample.ts'
import { isRecord } from './column-values.ts'
import { parseExtendedJson } from './extended-json.ts'
import type { Doc } from './fiftyone-fields.ts'
import { readAccepted, readLabel, readPrediction, readValue, typeOfLabel } from './fiftyone-labels.ts'
import { acceptedNames } from './field-roles.ts'
import { splitOfTag } from './splits.ts'

/** No results over all samples by their ids: what an export of a part must not claim, and one of anything else does not have. */
export const noResults: Doc = {
  saved_views: [],
  workspaces: [],
  annotation_runs: {},
  brain_methods: {},
  evaluations: {},
  runs: {},
}

/** The keys of a document that an export writes. */
export interface FiftyoneKeys {
  readonly label: string
  readonly accepted: string
  /** Keys of fields and of models. */
  readonly fields: ReadonlySet<string>
  readonly models: ReadonlySet<string>
}

export interface FiftyoneOriginal {
  /** The dataset document. */
  readonly document: Doc
  readonly labelKey: string
  readonly acceptedKey: string
  readonly rules: NamingRules
}

/** The dataset that an export came from; null where it came from something else. */
export function readOriginal(
  source: ExportSource | undefined,
  schema: ExportSchema,
  rules: NamingRules,
): FiftyoneOriginal | null {
  const content = source?.files.get('metadata.json')
  if (content === undefined) return null
  const document = parseExtendedJson(new TextDecoder().decode(content))
  if (!isRecord(document)) return null
  const fields = listFields(document)
  const keyOf = new Map(fields.map(({ name, key }) => [name, key]))
  const accepted = fields.find(({ name, type }) => acceptedNames.includes(name) && type?.endsWith('.Classifications'))
  const labelKey = keyOf.get(schema.labelField) ?? schema.labelField
  const acceptedKey = accepted?.key ?? 'accepted'
  return {
    document: source?.isWhole ? document : { ...document, ...noResults },
    labelKey,
    acceptedKey,
    rules: {
      ...rules,
      mediaPrefix: '',
      isReserved: (name) => name === labelKey || name === acceptedKey || (rules.isReserved(name) && !keyOf.has(name)),
      // A field that took another name beside Foible's own gets its old one back.
      sanitize: (name) =>
        keyOf.get(name) ?? keyOf.get(name.replace(/^dataset_/, '').replace(/^id$/, name)) ?? rules.sanitize(name),
    },
  }
}

function listFields(document: Doc): { readonly name: string; readonly key: string; readonly type: string | null }[] {
  const fields: readonly unknown[] = Array.isArray(document['sample_fields']) ? document['sample_fields'] : []
  return fields
    .filter(isRecord)
    .flatMap(({ name, db_field: key, embedded_doc_type: type }) =>
      typeof name !== 'string'
        ? []
        : [{ name, key: typeof key === 'string' ? key : name, type: typeof type === 'string' ? type : null }],
    )
}

/**
 * The dataset document of the export: the original one, with the fields, classes and notes that have come since. `used`: the
 * keys of the exported samples.
 */
export function mergeDatasetDocument(original: Doc, generated: Doc, used: ReadonlySet<string>): Doc {
  const own: readonly unknown[] = Array.isArray(original['sample_fields']) ? original['sample_fields'] : []
  const known = new Set(listFields(original).map(({ key }) => key))
  const added: readonly unknown[] = Array.isArray(generated['sample_fields']) ? generated['sample_fields'] : []
  const isNew = (field: unknown) =>
    isRecord(field) && typeof field['name'] === 'string' && used.has(field['name']) && !known.has(field['name'])
  const { info } = original
  return {
    ...original,
    ...(generated['description'] === null ? {} : { description: generated['description'] }),
    default_classes: generated['default_classes'],
    info: { ...(isRecord(info) ? info : {}), ...(isRecord(generated['info']) ? generated['info'] : {}) },
    last_modified_at: generated['last_modified_at'],
    sample_fields: [...own, ...added.filter(isNew)],
  }
}

/** A sample's document: the original one where it still says what the sample says, key by key. */
export function mergeSampleDocument(original: Doc, generated: Doc, keys: FiftyoneKeys): Doc {
  const merged: Record<string, unknown> = { ...original, filepath: generated['filepath'] }
  merged['tags'] = sameItems(original['tags'], generated['tags']) ? original['tags'] : generated['tags']
  if (readSplit(original) !== (generated['split'] ?? null)) put(merged, 'split', generated['split'])
  mergeKey(merged, generated, keys.label, sameLabel)
  mergeKey(merged, generated, keys.accepted, sameAccepted)
  for (const key of keys.fields) mergeKey(merged, generated, key, sameValue)
  for (const key of keys.models) mergeKey(merged, generated, key, samePrediction)
  return merged
}

type Same = (original: unknown, generated: unknown) => boolean

function mergeKey(merged: Record<string, unknown>, generated: Doc, key: string, isSame: Same): void {
  const before = Object.hasOwn(merged, key) ? merged[key] : undefined
  const after = Object.hasOwn(generated, key) ? generated[key] : undefined
  if (before === undefined || !isSame(before, after))
    put(merged, key, after === undefined ? after : update(before, after))
}

function put(document: Record<string, unknown>, key: string, value: unknown): void {
  if (value === undefined) delete document[key]
  // An assignment to `__proto__` would make no key.
  else Object.defineProperty(document, key, { value, enumerable: true, writable: true, configurable: true })
}

/** A new value in the shape of the old one: a label keeps its id, tags and further attributes, not the scores of another label. */
function update(before: unknown, after: unknown): unknown {
  if (!isRecord(before)) return after
  switch (typeOfLabel(before)) {
    case 'Classification': {
      const { confidence: _confidence, logits: _logits, ...kept } = before
      const { _id, ...label } = isRecord(after) ? after : { label: after }
      return { ...(_id === undefined ? {} : { _id }), ...kept, ...label }
    }
    case 'Regression':
      return { ...before, value: after }
    default:
      return '$date' in before && typeof after === 'string' ? { $date: after } : after
  }
}

function readSplit(document: Doc): string | null {
  const { split, tags } = document
  if (typeof split === 'string') return split
  const names: readonly unknown[] = Array.isArray(tags) ? tags : []
  return names.map((tag) => (typeof tag === 'string' ? splitOfTag(tag) : null)).find((name) => name !== null) ?? null
}

function sameItems(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

function sorted(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? [...(list as readonly unknown[])].sort() : []
}

const sameLabel: Same = (before, after) => (readLabel(before) ?? null) === (readLabel(after ?? null) ?? null)

const sameAccepted: Same = (before, after) => sameItems(readAccepted(before), readAccepted(after ?? null))

/** Numbers are kept in 32 bits where that loses nothing, so that they compare as they are. */
const sameValue: Same = (before, after) => (readValue(before) ?? null) === (readValue(after ?? null) ?? null)

/** Probabilities are kept in 32 bits; a prediction without an answer is none. */
const samePrediction: Same = (before, after) => {
  const [own, now] = [readPrediction(before, null), readPrediction(after ?? null, null)]
  if (own === null || now === null) return own === now
  const [first, answer] = [own.probabilities[0] ?? null, now.probabilities[0] ?? null]
  const sameProbability =
    first === answer || (first !== null && answer !== null && Math.fround(first) === Math.fround(answer))
  return String(own.classes[0]) === String(now.classes[0]) && sameProbability
}

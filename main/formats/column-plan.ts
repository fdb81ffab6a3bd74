// Decides what each column of a table means (label, accepted ids, split, tags, predictions, field), and reads batches by it.
// Shared by the table-like formats; knows no file.
import type { FieldKind, FieldValue } from '#core/sample.ts'
import { isList, isRecord, parseIds, parseTags, toFieldValue, toPrediction, toText } from './column-values.ts'
import type { FieldSpec, ImportedPrediction, SampleBatch } from './dataset-reader.ts'
import type { Features } from './features.ts'
import { acceptedNames, findLabelColumn, roleOfName } from './field-roles.ts'
import type { FindingLog } from './finding-log.ts'
import { type FoibleSchema, toFieldSpec } from './foible-schema.ts'
import { readPredictionColumns, takePredictionColumns } from './prediction-columns.ts'

export interface Column {
  readonly name: string
  /** The kind that every value has; null where they are text, `other` for lists and structs. */
  readonly kind: FieldKind | 'other' | null
}

export type ColumnData = ReadonlyMap<string, readonly unknown[]>

export type BatchColumns = Pick<SampleBatch, 'labels' | 'acceptedIds' | 'splits' | 'tags' | 'fields' | 'predictions'>

export interface ColumnPlan {
  readonly labelField: string
  readonly classes: readonly string[] | null
  readonly fields: readonly FieldSpec[]
  /** The columns that `read` needs. */
  readonly columns: readonly string[]
  /** `count` rows; the columns of `data` have that many values. */
  read(data: ColumnData, count: number): BatchColumns
}

interface PlannedField {
  readonly column: string
  readonly spec: FieldSpec
  readonly names: readonly string[] | null
}

/** The model that unnamed prediction columns are taken for. */
const unnamedModel = 'predictions'

/** `reserved` names the columns that the format itself uses (the image, the file name). */
export function planColumns(
  columns: readonly Column[],
  reserved: readonly string[],
  features: Features,
  foible: FoibleSchema | null,
  findings: FindingLog,
): ColumnPlan {
  const free = new Map(columns.filter(({ name }) => !reserved.includes(name)).map((column) => [column.name, column]))
  const take = (name: string | undefined) => (name !== undefined && free.delete(name) ? name : null)
  const label = take(
    findLabelColumn([...free.keys()], false) ??
      [...features.classLabels.keys()].find((name) => free.has(name)) ??
      // An export says what its columns are.
      (foible ? undefined : findLabelColumn([...free.keys()], true)),
  )
  const accepted = take(acceptedNames.find((name) => free.has(name)))
  const split = take('split')
  const tags = take('tags')
  const byModel = free.get('predictions')?.kind === 'other' ? take('predictions') : null
  const topClasses = take('top_k_classes')
  const topProbabilities = topClasses && take('top_k_probabilities')
  const topClass = take('predicted_class')
  const topProbability = topClass && take('predicted_probability')
  const flat = takePredictionColumns(free, foible)

  const fields = [...free.values()].flatMap((column) => planField(column, features, foible, findings))
  const labelValues = (label && features.classLabels.get(label)) || null
  const used = [label, accepted, split, tags, byModel, topClasses, topProbabilities, topClass, topProbability]
  const flatColumns = flat.flatMap(({ columns: ofModel }) => Object.values(ofModel))
  return {
    labelField: foible?.label_field ?? label ?? 'label',
    classes: foible?.classes ?? labelValues,
    fields: fields.map((field) => field.spec),
    columns: [...used.filter((name) => name !== null), ...flatColumns, ...fields.map((field) => field.column)],
    read(data, count) {
      const column = (name: string | null) => (name === null ? null : (data.get(name) ?? null))
      const unnamed = readPredictions(
        column(topClasses) ?? column(topClass),
        column(topClasses) ? column(topProbabilities) : column(topProbability),
      )
      return {
        labels: column(label)?.map((cell) => readLabel(cell, labelValues, findings, label ?? '')) ?? null,
        acceptedIds: column(accepted)?.map((cell) => readIds(cell, findings, accepted ?? '')) ?? null,
        splits:
          column(split)?.map((cell) => (cell === null || cell === undefined || cell === '' ? null : toText(cell))) ??
          null,
        tags: column(tags)?.map(parseTags) ?? null,
        fields: new Map(fields.map((field) => [field.spec.name, readField(field, data, count, findings)])),
        predictions: new Map([
          ...(unnamed ? [[unnamedModel, unnamed] as const] : []),
          ...readPredictionsByModel(column(byModel) ?? [], foible),
          ...flat.map((model) => [model.name, readPredictionColumns(model, data, count)] as const),
        ]),
      }
    },
  }
}

function planField(
  column: Column,
  features: Features,
  foible: FoibleSchema | null,
  findings: FindingLog,
): PlannedField[] {
  const declared = foible?.fields.find((field) => (field.column ?? field.name) === column.name)
  if (declared) return [{ column: column.name, spec: toFieldSpec(declared), names: null }]
  const names = features.classLabels.get(column.name) ?? null
  if (column.kind === 'other') {
    findings.add('unknown_type', column.name)
    return []
  }
  const kind = names ? 'category' : column.kind
  const spec = { name: column.name, kind, role: roleOfName(column.name), ...(names ? { values: names } : {}) }
  return [{ column: column.name, spec, names }]
}

function readField(
  { column, spec, names }: PlannedField,
  data: ColumnData,
  count: number,
  findings: FindingLog,
): FieldValue[] {
  const cells = data.get(column)
  if (!cells) return new Array<FieldValue>(count).fill(null)
  if (names) return cells.map((cell) => readLabel(cell, names, findings, spec.name))
  return cells.map((cell) => {
    const value = toFieldValue(cell)
    if (value === undefined) findings.add('unknown_type', spec.name)
    return value ?? null
  })
}

/** A class name from a name or a ClassLabel number; -1 is no label. */
function readLabel(
  cell: unknown,
  names: readonly string[] | null,
  findings: FindingLog,
  column: string,
): string | null {
  if (cell === null || cell === undefined || cell === '') return null
  if (names && (typeof cell === 'number' || typeof cell === 'bigint')) {
    const index = Number(cell)
    if (index === -1) return null
    const name = names[index]
    if (name === undefined) findings.add('label_out_of_range', `${column} ${index}`)
    return name ?? null
  }
  if (isList(cell) || isRecord(cell)) {
    findings.add('unknown_type', column)
    return null
  }
  return toText(cell)
}

function readIds(cell: unknown, findings: FindingLog, column: string): readonly number[] | null {
  const ids = parseIds(cell)
  if (ids === undefined) findings.add('unknown_type', column)
  // An empty list is how such files say that nobody looked.
  return ids && ids.length > 0 ? ids : null
}

function readPredictions(
  classes: readonly unknown[] | null,
  probabilities: readonly unknown[] | null,
): (ImportedPrediction | null)[] | null {
  return classes?.map((cell, i) => toPrediction(cell, probabilities?.[i])) ?? null
}

/** `{<model>: {classes, probabilities, ids, correct}}` a row, as Foible writes it. */
function readPredictionsByModel(
  cells: readonly unknown[],
  foible: FoibleSchema | null,
): Map<string, (ImportedPrediction | null)[]> {
  const models = new Map<string, (ImportedPrediction | null)[]>()
  cells.forEach((cell, row) => {
    if (!isRecord(cell)) return
    for (const [column, value] of Object.entries(cell)) {
      if (!isRecord(value)) continue
      const name = foible?.models.find((model) => model.column === column)?.name ?? column
      let predictions = models.get(name)
      if (!predictions) models.set(name, (predictions = new Array<ImportedPrediction | null>(cells.length).fill(null)))
      predictions[row] = toPrediction(value['classes'], value['probabilities'], value['ids'], value['correct'])
    }
  })
  return models
}

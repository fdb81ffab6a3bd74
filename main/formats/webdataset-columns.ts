// Turns the values of WebDataset samples into the columns of a table, and decides which of them is the label.
import { type Column, type ColumnPlan, planColumns } from './column-plan.ts'
import { isList, isRecord, toFieldValue } from './column-values.ts'
import type { DatasetCard } from './dataset-card.ts'
import type { FieldValue } from '#core/sample.ts'
import { labelNames } from './field-roles.ts'
import type { FindingLog } from './finding-log.ts'
import { predictionColumn } from './prediction-columns.ts'
import { appendRow, createTable } from './table-batches.ts'
import type { ShardSample } from './webdataset-samples.ts'

export interface ShardColumns {
  readonly plan: ColumnPlan
  /** The field that the labels came from; null if no member names a class. */
  readonly labelField: string | null
  /** What the samples say, as the plan reads it. */
  read(samples: readonly ShardSample[]): ReturnType<ColumnPlan['read']>
}

const classMember = 'cls'

/** Plans by the first samples; keys that come later only are fields whose kind the values tell. */
export function planShardColumns(
  first: readonly ShardSample[],
  names: readonly string[] | null,
  card: DatasetCard,
  findings: FindingLog,
): ShardColumns {
  const data = toColumns(first)
  const columns = [...data].map(([name, cells]): Column => ({ name, kind: cells.some(isNested) ? 'other' : null }))
  const jsonLabel = labelNames.find((name) => columns.some((column) => column.name === name && column.kind === null))
  const isByNumber = jsonLabel === undefined && data.has(classMember)
  const labelColumn = isByNumber ? classMember : jsonLabel
  const reserved = [
    ...(card.foible ? ['file_name', classMember] : []),
    ...(isByNumber || (jsonLabel && numbers(data.get(classMember), data.get(jsonLabel))) ? [classMember] : []),
  ]
  const classLabels = new Map(card.features.classLabels)
  classLabels.delete(classMember)
  if (names && labelColumn !== undefined) classLabels.set(isByNumber ? 'label' : labelColumn, names)
  const plan = planColumns(
    isByNumber ? [...columns.filter(({ name }) => name !== 'label'), { name: 'label', kind: null }] : columns,
    reserved,
    { ...card.features, classLabels },
    card.foible,
    findings,
  )
  const known = new Set([...columns.map(({ name }) => name), ...reserved, 'label'])
  return {
    plan,
    labelField: labelColumn === undefined ? null : isByNumber && !card.foible ? classMember : plan.labelField,
    read(samples) {
      const cells = toColumns(samples)
      const labels = isByNumber ? cells.get(classMember) : null
      const planned = plan.read(new Map([...cells, ...(labels ? [['label', labels] as const] : [])]), samples.length)
      return { ...planned, fields: new Map([...planned.fields, ...lateFields(cells, known, findings)]) }
    },
  }
}

/** Dense columns of equal length; null where a sample lacks the key. */
function toColumns(samples: readonly ShardSample[]): Map<string, readonly unknown[]> {
  const table = createTable()
  for (const { values } of samples) appendRow(table, flattenPredictions(values))
  const dense = [...table.columns].map(
    ([name, cells]) => [name, Array.from({ length: samples.length }, (_, row): unknown => cells[row] ?? null)] as const,
  )
  // A null where other samples have an answer of this model is no field.
  const isField = (name: string, cells: readonly unknown[]) =>
    !table.columns.has(predictionColumn(name, 'predicted_class')) || cells.some((cell) => cell !== null)
  return new Map(dense.filter(([name, cells]) => isField(name, cells)))
}

/** An entry `{label, confidence}` is what a model answered; its columns are those of CSV exports. */
function flattenPredictions(values: ShardSample['values']): ShardSample['values'] {
  if (!Object.values(values).some(isPrediction)) return values
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      isPrediction(value)
        ? [
            [predictionColumn(name, 'predicted_class'), value['label']],
            [predictionColumn(name, 'predicted_probability'), value['confidence']],
          ]
        : [[name, value]],
    ),
  )
}

function isPrediction(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    isRecord(value) &&
    (typeof value['label'] === 'string' || typeof value['label'] === 'number') &&
    typeof value['confidence'] === 'number'
  )
}

function isNested(cell: unknown): boolean {
  return isList(cell) || isRecord(cell)
}

/** Whether a number does no more than number a label: each has exactly one of the other. */
function numbers(codes: readonly unknown[] | undefined, labels: readonly unknown[] | undefined): boolean {
  const pairs = new Set(codes?.map((code, row) => JSON.stringify([code, labels?.[row]])))
  return pairs.size === new Set(codes).size && pairs.size === new Set(labels).size
}

function* lateFields(
  cells: ReadonlyMap<string, readonly unknown[]>,
  known: ReadonlySet<string>,
  findings: FindingLog,
): Generator<readonly [string, readonly FieldValue[]]> {
  for (const [name, column] of cells) {
    if (known.has(name)) continue
    const values = column.map(toFieldValue)
    if (values.includes(undefined)) findings.add('unknown_type', name)
    yield [name, values.map((value) => value ?? null)]
  }
}

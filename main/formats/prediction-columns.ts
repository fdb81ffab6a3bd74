// Predictions in flat columns `<model>:<part>`, as CSV exports have them: how the columns are called, and how they are read.
import { isList, parseTextList, toPrediction } from './column-values.ts'
import type { ImportedPrediction } from './dataset-reader.ts'
import type { FoibleSchema } from './foible-schema.ts'

/** The best class alone for spreadsheets, then the lists, best first. */
export const predictionParts = [
  'predicted_class',
  'predicted_probability',
  'correct',
  'top_classes',
  'top_ids',
  'top_probabilities',
] as const

type PredictionPart = (typeof predictionParts)[number]

export interface PredictionColumns {
  /** The model's name. */
  readonly name: string
  /** Those parts that are there. */
  readonly columns: Readonly<Partial<Record<PredictionPart, string>>>
}

const partPattern = new RegExp(`^(.*):(${predictionParts.join('|')})$`, 's')

export function predictionColumn(model: string, part: PredictionPart): string {
  return `${model}:${part}`
}

export function isPredictionColumn(name: string): boolean {
  return partPattern.test(name)
}

/** A name that is not taken for a part of a prediction. */
export function withoutPredictionPart(name: string): string {
  return name.replace(partPattern, '$1_$2')
}

/** Takes the columns of every model that has a class column out of `free`; `foible` gives the models' own names. */
export function takePredictionColumns(
  free: Map<string, unknown>,
  foible: FoibleSchema | null,
): readonly PredictionColumns[] {
  const models = [...free.keys()].flatMap((name) => {
    const [, model, part] = partPattern.exec(name) ?? []
    return model !== undefined && (part === 'top_classes' || part === 'predicted_class') ? [model] : []
  })
  return [...new Set(models)].map((model) => {
    const parts = predictionParts
      .map((part) => [part, predictionColumn(model, part)] as const)
      .filter(([, column]) => free.delete(column))
    return {
      name: foible?.models.find(({ column }) => column === model)?.name ?? model,
      columns: Object.fromEntries(parts),
    }
  })
}

export function readPredictionColumns(
  { columns }: PredictionColumns,
  data: ReadonlyMap<string, readonly unknown[]>,
  count: number,
): (ImportedPrediction | null)[] {
  const cells = (part: PredictionPart) => data.get(columns[part] ?? '') ?? []
  const [first, probability, correct] = [cells('predicted_class'), cells('predicted_probability'), cells('correct')]
  const [classes, ids, probabilities] = [cells('top_classes'), cells('top_ids'), cells('top_probabilities')]
  return Array.from({ length: count }, (_, i) =>
    toPrediction(
      toList(classes[i]) ?? first[i],
      toList(probabilities[i])?.map(toNumber) ?? toNumber(probability[i]),
      ids[i],
      toBoolean(correct[i]),
    ),
  )
}

function toList(cell: unknown): readonly unknown[] | null {
  if (cell === null || cell === undefined || cell === '') return null
  if (typeof cell === 'string') return parseTextList(cell)
  return isList(cell) ? [...cell] : [cell]
}

function toNumber(cell: unknown): number | null {
  if (typeof cell === 'string') return cell.trim() === '' ? null : Number(cell)
  return typeof cell === 'number' ? cell : null
}

function toBoolean(cell: unknown): boolean | null {
  if (typeof cell === 'boolean') return cell
  const text = typeof cell === 'string' ? cell.toLowerCase() : ''
  return text === 'true' ? true : text === 'false' ? false : null
}

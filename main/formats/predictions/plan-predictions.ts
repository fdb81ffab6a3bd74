// Which columns of a table hold a model's predictions, and what a row says. Whether an answer is an id or a name is decided later,
// by all answers together.
import { FoibleError } from '#core/errors.ts'
import { isList, parseTextList, toPrediction } from '../column-values.ts'
import type { ImportedPrediction } from '../dataset-reader.ts'
import { readPredictionColumns, takePredictionColumns } from '../prediction-columns.ts'
import type { Table } from '../table-batches.ts'

/** Takes what rows say, by sample. */
export interface PredictionSink {
  set(row: number, prediction: ImportedPrediction): void
  /** The best answer alone; `probability` NaN where none is given. */
  setAnswer(row: number, answer: string | number, probability: number): void
  /** One score a class, by class id: logits or probabilities. */
  setScores(row: number, scores: ArrayLike<number>): void
}

/** Reads the row `at` of the table for the sample `row`; false where it holds no prediction. */
export type ReadRow = (at: number, row: number) => boolean

export interface PredictionPlan {
  /** One sentence: what the columns were taken for. */
  readonly reason: string
  /** The columns that it reads. */
  readonly columns: readonly string[]
  readonly hasScores: boolean
  open(table: Table, sink: PredictionSink): ReadRow
}

const answerNames = [
  'predicted_class',
  'object_response',
  'prediction',
  'predicted_label',
  'predicted',
  'pred',
] as const
const probabilityNames = ['predicted_probability', 'probability', 'confidence', 'prob', 'score'] as const

/** Unanswered trials (`na`), and what programs write for nothing. */
const noAnswer = /^(?:na|n\/a|nan|none|null)?$/i

/** null where the columns hold no predictions. `model` chooses among several models' columns in one file (a Foible export). */
export function planPredictions(columns: readonly string[], model: string | null): PredictionPlan | null {
  const has = (name: string) => columns.includes(name)
  // Answers that are named go before scores whose classes are not: Foible writes both.
  if (has('logits') && !has('top_k_classes')) return planScores('logits')
  if (has('top_k_classes')) return planTopK(has('top_k_probabilities') ? 'top_k_probabilities' : null)
  const answer = answerNames.find(has)
  if (answer !== undefined) return planAnswers(answer, probabilityNames.find(has) ?? null)
  return planFlat(columns, model)
}

function planScores(column: string): PredictionPlan {
  return {
    reason: `The column “${column}” has a score for each class.`,
    columns: [column],
    hasScores: true,
    open(table, sink) {
      const cells = table.columns.get(column) ?? []
      return (at, row) => {
        const scores = toScores(cells[at])
        if (scores === null) return false
        sink.setScores(row, scores)
        return true
      }
    },
  }
}

function planTopK(probabilityColumn: string | null): PredictionPlan {
  return {
    reason: 'The column “top_k_classes” has the best answers of each image.',
    columns: ['top_k_classes', ...(probabilityColumn === null ? [] : [probabilityColumn])],
    hasScores: false,
    open(table, sink) {
      const classes = table.columns.get('top_k_classes') ?? []
      const probabilities = table.columns.get(probabilityColumn ?? '') ?? []
      return (at, row) => {
        const prediction = toPrediction(toItems(classes[at]), toItems(probabilities[at])?.map(toNumber))
        if (prediction !== null) sink.set(row, prediction)
        return prediction !== null
      }
    },
  }
}

/** One answer a row, or in text several joined by `;`, best first. */
function planAnswers(column: string, probabilityColumn: string | null): PredictionPlan {
  const beside = probabilityColumn === null ? 'without probabilities' : `with “${probabilityColumn}”`
  return {
    reason: `The column “${column}” has the answers, ${beside}.`,
    columns: [column, ...(probabilityColumn === null ? [] : [probabilityColumn])],
    hasScores: false,
    open(table, sink) {
      const answers = table.columns.get(column) ?? []
      const probabilities = table.columns.get(probabilityColumn ?? '') ?? []
      return (at, row) => {
        const cell = answers[at]
        if (typeof cell === 'string' ? cell.includes(';') : isList(cell)) {
          const prediction = toPrediction(toItems(cell), toItems(probabilities[at])?.map(toNumber))
          if (prediction !== null) sink.set(row, prediction)
          return prediction !== null
        }
        const answer = toAnswer(cell)
        if (answer === null) return false
        sink.setAnswer(row, answer, toProbability(probabilities[at]))
        return true
      }
    },
  }
}

/** `<model>:predicted_class` and its like, as Foible's CSV exports have them. */
function planFlat(columns: readonly string[], model: string | null): PredictionPlan | null {
  const models = takePredictionColumns(new Map(columns.map((name) => [name, null])), null)
  if (models.length === 0) return null
  const chosen = models.length === 1 ? models[0] : models.find(({ name }) => name === model)
  if (chosen === undefined) {
    const names = models.map(({ name }) => name)
    if (model === null) {
      return {
        reason: `The file has predictions of ${names.join(', ')}.`,
        columns: [],
        hasScores: false,
        open: () => () => false,
      }
    }
    const message = `The file has predictions of ${names.join(', ')}; import them under one of these names.`
    throw new FoibleError('unknown_name', message, { name: model, nearest: names })
  }
  return {
    reason: `The columns “${chosen.name}:…” have the predictions, as Foible exports them.`,
    columns: Object.values(chosen.columns),
    hasScores: false,
    open(table, sink) {
      const predictions = readPredictionColumns(chosen, table.columns, table.rowCount)
      return (at, row) => {
        const prediction = predictions[at] ?? null
        if (prediction !== null) sink.set(row, prediction)
        return prediction !== null
      }
    },
  }
}

function toAnswer(cell: unknown): string | number | null {
  if (typeof cell === 'string') return noAnswer.test(cell.trim()) ? null : cell.trim()
  if (typeof cell === 'bigint') return Number(cell)
  return typeof cell === 'number' && Number.isInteger(cell) ? cell : null
}

/** NaN for what is no probability: nothing, text, percentages. */
function toProbability(cell: unknown): number {
  const value = toNumber(cell)
  return value !== null && value >= 0 && value <= 1 ? value : NaN
}

function toNumber(cell: unknown): number | null {
  if (typeof cell === 'string') return cell.trim() === '' ? null : Number(cell)
  return typeof cell === 'number' ? cell : null
}

function toItems(cell: unknown): readonly unknown[] | null {
  if (typeof cell === 'string')
    return noAnswer.test(cell.trim()) ? null : parseTextList(cell).map((item) => item.trim())
  if (isList(cell)) return [...cell]
  return cell === null || cell === undefined ? null : [cell]
}

/** A list of finite numbers, also as JSON or joined by `;`; null if it is none. */
function toScores(cell: unknown): ArrayLike<number> | null {
  const items = typeof cell === 'string' ? parseScores(cell) : isList(cell) ? cell : null
  if (items === null || items.length === 0) return null
  const scores = Float64Array.from({ length: items.length }, (_, i) => Number(items[i] ?? NaN))
  return scores.every(Number.isFinite) ? scores : null
}

function parseScores(text: string): ArrayLike<unknown> {
  return text
    .trim()
    .replaceAll(/^\[|\]$/g, '')
    .split(/[;,\s]+/)
    .filter((item) => item !== '')
}

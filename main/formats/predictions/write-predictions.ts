// Writes predictions: CSV by the contract of ImageNet-X (file_name, predicted_class, predicted_probability), or Parquet with these
// columns and the lists top_k_classes and top_k_probabilities; on request the lists logits and embedding.
import type { SchemaElement } from 'hyparquet'
import { fileWriter, ParquetWriter } from 'hyparquet-writer'
import { existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { FoibleError } from '#core/errors.ts'
import type { KeptKind } from '#core/sample.ts'
import { extension } from '../safe-path.ts'
import { formatCsvRow } from '../write-csv.ts'

export interface WrittenPrediction {
  readonly fileName: string
  /** Ids or names, best first; at least one. */
  readonly classes: readonly (string | number)[]
  /** float32; null where none is known. */
  readonly probabilities: readonly (number | null)[]
  /** By kind; absent where nothing is kept of this sample. */
  readonly vectors?: Readonly<Partial<Record<KeptKind, readonly number[]>>>
}

/** One after the other, in groups. */
interface Sink {
  write(rows: readonly WrittenPrediction[]): Promise<void>
  finish(): Promise<void>
}

/**
 * Writes to a new file, which is there only when it is whole. `areIds`: all classes are numbers. `vectors`: columns of their own, in
 * Parquet only. Throws `already_exists`, `unsupported_format` for another extension than csv and parquet, or vectors in CSV.
 */
export async function writePredictions(
  file: string,
  areIds: boolean,
  groups: AsyncIterable<readonly WrittenPrediction[]>,
  vectors: readonly KeptKind[] = [],
): Promise<void> {
  const format = extension(file.replaceAll('\\', '/'))
  if (format !== 'csv' && format !== 'parquet') {
    const message = `Predictions are written as .csv or .parquet; “${file}” says neither.`
    throw new FoibleError('unsupported_format', message, { file })
  }
  if (format === 'csv' && vectors.length > 0) {
    const message = `A CSV file has no place for ${vectors.join(' and ')}: write a .parquet file.`
    throw new FoibleError('unsupported_format', message, { file, vectors })
  }
  if (existsSync(file)) {
    throw new FoibleError('already_exists', `There is a file “${file}” already; choose another name.`, { file })
  }
  const unfinished = `${file}.unfinished`
  try {
    const sink = format === 'csv' ? await openCsv(unfinished) : openParquet(unfinished, areIds, vectors)
    try {
      for await (const rows of groups) await sink.write(rows)
    } finally {
      await sink.finish()
    }
    await rename(unfinished, file)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}

async function openCsv(file: string): Promise<Sink> {
  const handle = await open(file, 'wx')
  await handle.write(formatCsvRow(['file_name', 'predicted_class', 'predicted_probability']))
  return {
    async write(rows) {
      const lines = rows.map(({ fileName, classes, probabilities }) =>
        formatCsvRow([fileName, classes[0]!, formatProbability(probabilities[0] ?? null)]),
      )
      await handle.write(lines.join(''))
    },
    finish: async () => await handle.close(),
  }
}

/** The fewest digits that give the same float32 again. */
function formatProbability(value: number | null): string | null {
  if (value === null) return null
  for (let digits = 3; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)))
    if (Math.fround(Number(text)) === value) return text
  }
  return String(value)
}

function openParquet(file: string, areIds: boolean, vectors: readonly KeptKind[]): Sink {
  const writer = new ParquetWriter({
    writer: fileWriter(file),
    schema: [
      { name: 'schema', num_children: 5 + vectors.length, repetition_type: 'REQUIRED' },
      text('file_name'),
      areIds ? { name: 'predicted_class', type: 'INT64', repetition_type: 'OPTIONAL' } : text('predicted_class'),
      { name: 'predicted_probability', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
      ...list(
        'top_k_classes',
        areIds ? { name: 'element', type: 'INT64', repetition_type: 'OPTIONAL' } : text('element'),
      ),
      ...list('top_k_probabilities', { name: 'element', type: 'DOUBLE', repetition_type: 'OPTIONAL' }),
      ...vectors.flatMap((kind) => list(kind, { name: 'element', type: 'FLOAT', repetition_type: 'OPTIONAL' })),
    ],
    createdBy: 'foible',
  })
  const toCell = (answer: string | number) => (areIds ? BigInt(answer) : String(answer))
  return {
    async write(rows) {
      const columns: Readonly<Record<string, unknown[]>> = {
        file_name: rows.map(({ fileName }) => fileName),
        predicted_class: rows.map(({ classes }) => toCell(classes[0]!)),
        predicted_probability: rows.map(({ probabilities }) => probabilities[0] ?? null),
        top_k_classes: rows.map(({ classes }) => classes.map(toCell)),
        top_k_probabilities: rows.map(({ probabilities }) => [...probabilities]),
        ...Object.fromEntries(vectors.map((kind) => [kind, rows.map((row) => row.vectors?.[kind] ?? null)])),
      }
      writer.write({
        columnData: Object.entries(columns).map(([name, data]) => ({ name, data })),
        rowGroupSize: rows.length,
      })
      await Promise.resolve()
    },
    async finish() {
      writer.finish()
      await Promise.resolve()
    },
  }
}

function text(name: string): SchemaElement {
  const type = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const
  return { name, ...type, repetition_type: 'OPTIONAL' }
}

function list(name: string, element: SchemaElement): SchemaElement[] {
  return [
    { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST', logical_type: { type: 'LIST' } },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    element,
  ]
}

// Reads a whole dataset index into rows, for comparing readers with expectations and with each other.
import type { FieldValue } from '#core/sample.ts'
import type { MediaLocator } from '#core/sample.ts'
import type { DatasetIndex, ImportedPrediction, SampleBatch } from '#formats/dataset-reader.ts'

export interface Row {
  readonly fileName: string
  readonly locator: MediaLocator
  readonly sizeBytes: number | null
  readonly split: string | null
  readonly label: string | null
  readonly acceptedIds: readonly number[] | null
  readonly fields: Readonly<Record<string, FieldValue>>
  readonly tags: readonly string[]
  readonly predictions: Readonly<Record<string, ImportedPrediction | null>>
}

export async function readIndex(index: DatasetIndex): Promise<Row[]> {
  const rows: Row[] = []
  for await (const batch of index.batches) rows.push(...toRows(batch))
  return rows
}

function toRows(batch: SampleBatch): Row[] {
  return Array.from({ length: batch.count }, (_, i) => ({
    fileName: batch.fileNames[i] ?? '',
    locator: batch.locators[i] ?? { kind: 'file', path: '' },
    sizeBytes: batch.sizesBytes[i] ?? null,
    split: batch.splits?.[i] ?? null,
    label: batch.labels?.[i] ?? null,
    acceptedIds: batch.acceptedIds?.[i] ?? null,
    fields: Object.fromEntries([...batch.fields].map(([name, values]) => [name, values[i] ?? null])),
    tags: batch.tags?.[i] ?? [],
    predictions: Object.fromEntries([...batch.predictions].map(([name, values]) => [name, values[i] ?? null])),
  }))
}

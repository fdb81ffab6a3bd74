// A dataset of rows without images and its cube, in one library.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { TestEngine } from './test-engine.ts'

export interface CubeRow {
  /** '' = without a class. */
  readonly label: string
  /** By field; '' = missing. */
  readonly fields: Readonly<Record<string, string | number>>
  /** One entry a model: what it answered, null = nothing. */
  readonly answers: readonly (string | null)[]
}

/** Imports the rows and their models' answers; gives the dataset's id. */
export async function importRows(
  engine: TestEngine,
  folder: string,
  name: string,
  models: readonly string[],
  rows: readonly CubeRow[],
): Promise<string> {
  const fields = Object.keys(rows[0]!.fields)
  const index = path.join(folder, `${name}.csv`)
  const cell = (value: string | number) => `"${String(value).replaceAll('"', '""')}"`
  const lines = rows.map((row, i) =>
    [`image-${i}.jpg`, row.label, ...fields.map((field) => row.fields[field]!)].map(cell).join(','),
  )
  await writeFile(index, [['file_name', 'label', ...fields].map(cell).join(','), ...lines].join('\n'))
  const dataset = await engine.import(index)
  for (const [at, model] of models.entries()) {
    const file = path.join(folder, `${name}-${at}.csv`)
    const answers = rows.flatMap((row, i) => {
      const answer = row.answers[at] ?? null
      return answer === null ? [] : [`image-${i}.jpg,${cell(answer)},0.5`]
    })
    await writeFile(file, ['file_name,predicted,confidence', ...answers].join('\n'))
    const { job } = await engine.call('predictions.import', {
      dataset,
      place: engine.engine.places.register(file),
      model,
      joinBy: null,
    })
    await engine.engine.jobs.wait(job.id)
  }
  return dataset
}

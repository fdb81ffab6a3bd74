// A dataset of 240 rows without images, and the answers of two models, right and wrong as the tests say.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { TestEngine } from './test-engine.ts'

export interface OutcomeRow {
  readonly name: string
  readonly label: string
  readonly background: string
  /** Missing on every tenth. */
  readonly brightness: number | null
  readonly severity: number
}

export const outcomeRows: readonly OutcomeRow[] = Array.from({ length: 240 }, (_, i) => ({
  name: `image-${i}.jpg`,
  label: `class ${i % 4}`,
  background: ['sea', 'moss', 'a × b'][i % 3]!,
  brightness: i % 10 === 0 ? null : ((i * 37) % 240) / 8,
  severity: 1 + (i % 5),
}))

export async function importOutcomeScene(engine: TestEngine, folder: string): Promise<string> {
  const file = path.join(folder, 'scene.csv')
  const lines = outcomeRows.map((row) =>
    [row.name, row.label, row.background, row.brightness ?? '', row.severity].join(','),
  )
  await writeFile(file, ['file_name,label,background,brightness,severity', ...lines].join('\n'))
  return await engine.import(file)
}

/** Imports answers under a name: those that `isWrong` tells by row are another class. */
export async function importAnswers(
  engine: TestEngine,
  folder: string,
  dataset: string,
  model: string,
  isWrong: (row: number) => boolean,
): Promise<void> {
  const file = path.join(folder, `${model}.csv`)
  const lines = outcomeRows.map(({ name }, i) => `${name},class ${(i + (isWrong(i) ? 1 : 0)) % 4},0.5`)
  await writeFile(file, ['file_name,predicted,confidence', ...lines].join('\n'))
  const { job } = await engine.call('predictions.import', {
    dataset,
    place: engine.engine.places.register(file),
    model,
    joinBy: null,
  })
  await engine.engine.jobs.wait(job.id)
}

// Predictions that came with a dataset stay when a model of the same name predicts.
import path from 'node:path'
import { expect, it } from 'vitest'
import { colourModel } from '../../support/colour-folder.ts'
import { makeFolder, openTestEngine } from '../../support/test-engine.ts'
import { exportsFolder } from '../formats/expected.ts'

it('[JB19] lets imported predictions step aside for a run of the same name', async () => {
  const { folder, remove } = await makeFolder()
  const engine = await openTestEngine(path.join(folder, 'library'))
  try {
    const dataset = await engine.import(path.join(exportsFolder, 'fiftyone-dataset'))
    const before = await engine.call('datasets.open', { dataset })
    const imported = before.runs.find((run) => run.model === 'model_a')!
    await engine.addModel(colourModel, 'model_a')
    await engine.predict(dataset, 'model_a')
    const { runs } = await engine.call('datasets.open', { dataset })
    expect(runs.map((run) => [run.model, run.provider])).toEqual([
      ['model_a (imported)', 'imported'],
      ['model_b', 'imported'],
      ['model_a', 'cpu'],
    ])
    expect(runs[0]).toEqual({ ...imported, model: 'model_a (imported)' })
  } finally {
    await engine.close()
    await remove()
  }
})

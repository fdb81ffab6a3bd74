// What may not change a result: how many images a batch has, their order, how many threads there are, and doing it again.
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DatasetHandle } from '#engine/dataset-handle.ts'
import { openSession } from '#models/open-session.ts'
import { createImageDecoder } from '#models/preprocess/decode-image.ts'
import { createPreprocessor } from '#models/preprocess/preprocessor.ts'
import { readModel } from '#models/read-model.ts'
import { listColumns } from '#store/packed-column.ts'
import { listRunClasses } from '#store/run-table.ts'
import { type TestEngine, makeFolder, openTestEngine, projectRoot, sampleFolder } from '../../support/test-engine.ts'

const lite0 = path.join(projectRoot, 'native-models/embedded/efficientnet-lite0')
const files = readdirSync(path.join(sampleFolder, 'data'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.join(entry.parentPath, entry.name))
  .sort()

describe('logits', () => {
  it('[RN41] do not depend on the size of batches, their order or the threads, beyond 0.0001', async () => {
    const model = await readModel(lite0, new AbortController().signal)
    const decode = await createImageDecoder()
    const preprocessor = createPreprocessor(model.preprocessing, model.layout)
    const images = Array.from({ length: 12 }, (_, i) => readFileSync(files[(i * 97) % files.length]!))
    const size = 3 * model.width * model.height
    const classes = model.classes.length
    const tensors = new Float32Array(images.length * size)
    images.forEach((bytes, i) => preprocessor.fill(decode(bytes), tensors, i * size))

    const scoresOf = async (threads: number, batch: number, order: readonly number[]) => {
      const session = await openSession(model, 'cpu', threads)
      const scores = new Float32Array(images.length * classes)
      for (let start = 0; start < order.length; start += batch) {
        const some = order.slice(start, start + batch)
        const values = new Float32Array(some.length * size)
        some.forEach((image, i) => values.set(tensors.subarray(image * size, (image + 1) * size), i * size))
        const found = await session.run(values, some.length)
        some.forEach((image, i) => scores.set(found.subarray(i * classes, (i + 1) * classes), image * classes))
      }
      await session.close()
      return scores
    }

    const forward = images.map((_, i) => i)
    const expected = await scoresOf(1, 1, forward)
    for (const [threads, batch, order] of [
      [1, 12, forward],
      [2, 5, forward],
      [2, 8, forward.toReversed()],
      [3, 1, forward],
    ] as const) {
      const found = await scoresOf(threads, batch, order)
      const greatest = found.reduce((most, score, i) => Math.max(most, Math.abs(score - expected[i]!)), 0)
      expect(greatest, `${threads} threads, batches of ${batch}`).toBeLessThan(1e-4)
    }
  })
})

describe('a run', () => {
  let engine: TestEngine
  let root: string
  let remove: () => Promise<void>
  beforeAll(async () => {
    ;({ folder: root, remove } = await makeFolder())
    engine = await openTestEngine(root)
  })
  afterAll(async () => {
    await engine.close()
    await remove()
  })

  /** Every byte that the store has of a run, by column and chunk. */
  function readBytes(dataset: string, model: string): unknown {
    const handle = new DatasetHandle(dataset, path.join(root, 'datasets', dataset))
    try {
      const { id, startedAt: _startedAt, imagesPerSecond: _rate, ...run } = handle.columns.run(model)
      const chunks = handle.db.prepare('SELECT number, type, hex(data) AS data FROM chunk WHERE column_id = ?')
      const values = handle.db.prepare('SELECT code, value FROM dictionary WHERE column_id = ?')
      const columns = listColumns(handle.db, `run:${id}:%`).map((column) => ({
        name: column.name.split(':').at(-1),
        chunks: chunks.all(column.id),
        values: values.all(column.id),
      }))
      return { run, columns, classes: listRunClasses(handle.db, id) }
    } finally {
      handle.close()
    }
  }

  it('[RN42] has the same bytes in the store when it is made twice', async () => {
    const model = (await engine.call('models.list', {})).find(({ name }) => name.includes('lite0'))!.name
    const datasets = []
    for (const name of ['first', 'second']) {
      const dataset = await engine.import(sampleFolder, { name, maxSamples: 45 })
      await engine.predict(dataset, model)
      datasets.push(dataset)
    }
    const [first, second] = datasets.map((dataset) => readBytes(dataset, model))
    expect(first).toMatchObject({ run: { provider: 'cpu', state: 'done' } })
    expect(second).toEqual(first)
  })
})

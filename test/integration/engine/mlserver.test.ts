// Runs on MLServer against runs here, with the embedded model: counted as skipped where Python has no mlserver.
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everything } from '#core/filter/expr.ts'
import { type Mlserver, mlserverProblem, startMlserver } from '../../support/start-mlserver.ts'
import { type TestEngine, makeFolder, openTestEngine, projectRoot, sampleFolder } from '../../support/test-engine.ts'

const problem = await mlserverProblem()
if (problem !== null) process.stderr.write(`Skipped: ${problem}\n`)
const local = 'efficientnet-lite0'
const images = 24

describe.skipIf(problem !== null)('MLServer', () => {
  let engine: TestEngine
  let server: Mlserver
  let remove: () => Promise<void>
  let dataset: string

  beforeAll(async () => {
    const made = await makeFolder()
    ;({ remove } = made)
    server = await startMlserver(path.join(projectRoot, 'native-models/embedded', local, 'model.onnx'))
    engine = await openTestEngine(path.join(made.folder, 'library'))
    await engine.call('models.list', {})
    dataset = await engine.import(sampleFolder, { maxSamples: images })
    await engine.predict(dataset, local)
    const like = { kind: 'model', model: local } as const
    const source = { kind: 'server', url: server.url, model: 'lite0', like } as const
    await engine.call('models.add', { source, name: 'served' })
  })
  afterAll(async () => {
    await engine.close()
    await server.kill()
    await remove()
  })

  async function answersOf(model: string) {
    const page = await engine.call('query.page', {
      dataset,
      filter: everything,
      order: { groupBy: null, sort: null },
      offset: 0,
      limit: images,
      columns: [],
    })
    const samples = await Promise.all(Array.from(page.ids, (id) => engine.call('samples.get', { dataset, id })))
    return samples.map(({ predictions }) => predictions.find((prediction) => prediction.model === model)!)
  }

  it('[KS50] answers as the model does here: the same first class, probabilities within 1e-5', async () => {
    await engine.predict(dataset, 'served')
    const [here, there] = [await answersOf(local), await answersOf('served')]
    expect(there).toHaveLength(images)
    for (const [i, { answers }] of there.entries()) {
      const expected = here[i]!.answers
      expect(answers[0]!.name).toBe(expected[0]!.name)
      const apart = answers.map(({ probability }, place) => Math.abs(probability! - expected[place]!.probability!))
      expect(Math.max(...apart)).toBeLessThan(1e-5)
    }
  })

  it('[KS51] is killed in mid-run and started again: the run goes on, with no row doubled', async () => {
    const again = await engine.import(sampleFolder, { maxSamples: images })
    const { job } = await engine.call('runs.start', {
      dataset: again,
      model: 'served',
      provider: 'auto',
      batch: 1,
      protocol: 'unmasked',
      filter: null,
    })
    await engine.until('job.changed', (payload) => payload.job.id === job.id && payload.job.done > 0)
    await server.kill()
    await server.start()
    const ended = await engine.engine.jobs.wait(job.id)
    expect(ended).toMatchObject({ state: 'done', result: { failed: 0 } })
    const { runs } = await engine.call('datasets.open', { dataset: again })
    expect(runs).toMatchObject([{ predicted: images, state: 'done' }])
  })
})

// Runs that keep logits and embeddings, by the real prediction process: whole, begun later, killed; and the nearest samples by them.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readdirSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Job } from '#contract/jobs.ts'
import { everything } from '#core/filter/expr.ts'
import type { KeptKind } from '#core/sample.ts'
import { halfToFloat } from '#models/half-floats.ts'
import { insertKeptVectors, readKeptBlocks } from '#store/kept-vector-table.ts'
import { datasetFile } from '#store/migrations/dataset.ts'
import { listRuns } from '#store/run-table.ts'
import { openDatabase } from '#store/sqlite.ts'
import { buildHead } from '../../fixtures/models/build-heads.ts'
import { colourModel, drawColours } from '../../support/colour-folder.ts'
import {
  type TestEngine,
  failureOf,
  makeFolder,
  openTestEngine,
  projectRoot,
  sampleFolder,
} from '../../support/test-engine.ts'

const images = 40
const model = 'colours'
const both: readonly KeptKind[] = ['logits', 'embedding']
let root: string
let source: string
let engine: TestEngine
let remove: () => Promise<void>
/** Of an uninterrupted run that kept everything from the start, one image a batch. */
let reference: { readonly answers: unknown; readonly vectors: ReturnType<typeof readVectors> }

beforeAll(async () => {
  const made = await makeFolder()
  ;({ folder: root, remove } = made)
  source = path.join(root, 'drawn')
  await drawColours(source, images)
  engine = await openTestEngine(path.join(root, 'library'))
  await engine.addModel(colourModel, model)
  const dataset = await engine.import(source, { name: 'reference' })
  await engine.predict(dataset, model, { batch: 1, keep: [...both] })
  reference = { answers: await readAnswers(engine, dataset), vectors: readVectors(engine, dataset) }
})
afterAll(async () => {
  await engine.close()
  await remove()
})

/** Halves by kind and sample, from the file itself. */
function readVectors(from: TestEngine, dataset: string, run = model): Record<KeptKind, Record<number, number[]>> {
  const db = openDatabase(path.join(from.library, 'datasets', dataset, 'dataset.sqlite'), datasetFile)
  const { id } = listRuns(db).find((record) => record.model === run)!
  const read = (kind: KeptKind) => {
    const found: Record<number, number[]> = {}
    for (let after = 0; ;) {
      const { blocks, last } = readKeptBlocks(db, id, kind, after)
      if (blocks.length === 0) return found
      for (const { sampleIds, halves } of blocks) {
        const size = halves.length / sampleIds.length
        sampleIds.forEach((sample, i) => (found[sample] = [...halves.subarray(i * size, (i + 1) * size)]))
      }
      after = last
    }
  }
  const vectors = { logits: read('logits'), embedding: read('embedding') }
  db.close()
  return vectors
}

async function readAnswers(from: TestEngine, dataset: string) {
  const ids = Array.from({ length: images }, (_, i) => i + 1)
  return await Promise.all(ids.map(async (id) => (await from.call('samples.get', { dataset, id })).predictions))
}

async function runOf(from: TestEngine, dataset: string) {
  return (await from.call('datasets.open', { dataset })).runs.find((run) => run.model === model)!
}

/** Samples with a prediction. */
async function predictedIds(from: TestEngine, dataset: string): Promise<number[]> {
  const answers = await readAnswers(from, dataset)
  return answers.flatMap((predictions, i) => (predictions.length > 0 ? [i + 1] : []))
}

const idsOf = (vectors: Record<number, unknown>) => Object.keys(vectors).map(Number)

describe('a run that keeps logits and embeddings', () => {
  it('[KE20] says of each how many numbers, samples and bytes: two a number and four a sample', async () => {
    const { kept } = await runOf(engine, 'reference')
    expect(kept.map(({ kind, size, samples }) => [kind, size, samples])).toEqual([
      ['logits', 4, images],
      ['embedding', 3, images],
    ])
    for (const { size, samples, bytes } of kept) {
      expect(bytes).toBeGreaterThanOrEqual(samples * (2 * size + 4))
      // A count of four bytes a block.
      expect(bytes).toBeLessThanOrEqual(samples * (2 * size + 4) + 4 * samples)
    }
  })

  it('[KE21] has logits that give the answers again, and the mean colour as embedding', async () => {
    const answers = await readAnswers(engine, 'reference')
    for (const [id, halves] of Object.entries(reference.vectors.logits)) {
      const logits = halves.map(halfToFloat)
      const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0)
      const [prediction] = answers[Number(id) - 1]!
      for (const { id: answer, probability } of prediction!.answers) {
        expect(Math.abs(Math.exp(logits[answer]!) / sum - probability!)).toBeLessThan(1e-3)
      }
      // The matrix of the model, times the embedding: class 0 is four times red.
      const [red] = reference.vectors.embedding[Number(id)]!.map(halfToFloat)
      expect(Math.abs(4 * red! - logits[0]!)).toBeLessThan(0.01)
    }
  })

  it('[KE22] predicts again only what has answers without them, and leaves the answers as they are', async () => {
    const dataset = await engine.import(source, { name: 'later' })
    await engine.predict(dataset, model)
    const red = await engine.where(dataset, 'label = red')
    const first = await engine.predict(dataset, model, { keep: ['embedding'], filter: red })
    expect(first.result).toMatchObject({ again: 10, failed: 0 })
    expect(first.message).toContain('10 of them again for their embeddings')
    expect((await runOf(engine, dataset)).kept).toMatchObject([{ kind: 'embedding', size: 3, samples: 10 }])
    const rest = await engine.predict(dataset, model, { keep: [...both] })
    expect(rest.result).toMatchObject({ again: images })
    expect(await engine.predict(dataset, model, { keep: [...both] })).toMatchObject({
      result: { again: 0, imagesPerSecond: null },
    })
    expect(readVectors(engine, dataset)).toEqual(reference.vectors)
    expect(await readAnswers(engine, dataset)).toEqual(reference.answers)
    expect(await runOf(engine, dataset)).toMatchObject({ state: 'done', predicted: images, failed: 0 })
  })

  it('[KE23] goes on keeping what it has kept, for images that come later', async () => {
    const dataset = await engine.import(source, { name: 'in parts' })
    await engine.predict(dataset, model, { keep: ['embedding'], filter: await engine.where(dataset, 'label = green') })
    const job = await engine.predict(dataset, model)
    expect(job.result).toMatchObject({ again: 0 })
    expect(readVectors(engine, dataset)).toEqual({ logits: {}, embedding: reference.vectors.embedding })
  })

  it('[KE24] has vectors and answers in step after it was stopped, and the same in the end', async () => {
    const dataset = await engine.import(source, { name: 'stopped' })
    const { job } = await engine.call('runs.start', { ...startOf(dataset), keep: [...both] })
    await stopAtFirstBatch(job)
    const half = readVectors(engine, dataset)
    const predicted = await predictedIds(engine, dataset)
    expect(predicted.length).toBeGreaterThan(0)
    expect(predicted.length).toBeLessThan(images)
    expect(idsOf(half.embedding)).toEqual(predicted)
    expect(idsOf(half.logits)).toEqual(predicted)
    const { result } = await engine.predict(dataset, model, { keep: [...both] })
    expect(result).toMatchObject({ again: 0 })
    expect(readVectors(engine, dataset)).toEqual(reference.vectors)
    expect(await readAnswers(engine, dataset)).toEqual(reference.answers)
  })

  it('[KE25] has them in step after the whole program was killed', async () => {
    const library = path.join(root, 'program')
    const first = await openTestEngine(library)
    await first.addModel(colourModel, model)
    const dataset = await first.import(source, { name: 'whole' })
    await first.close()
    const args = [library, dataset, model, both.join(',')]
    const child = spawn(process.execPath, ['test/support/predict-until-killed.ts', ...args], {
      cwd: projectRoot,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    child.kill('SIGKILL')
    await once(child, 'exit')
    const second = await openTestEngine(library)
    try {
      const predicted = await predictedIds(second, dataset)
      expect(predicted.length).toBeGreaterThanOrEqual(Number(String(line)))
      expect(predicted.length).toBeLessThan(images)
      expect(idsOf(readVectors(second, dataset).embedding)).toEqual(predicted)
      await second.predict(dataset, model, { keep: [...both] })
      expect(readVectors(second, dataset)).toEqual(reference.vectors)
      expect(await readAnswers(second, dataset)).toEqual(reference.answers)
    } finally {
      await second.close()
    }
  })

  it('[KE26] keeps the answers of an image that cannot be read any more', async () => {
    const folder = path.join(root, 'broken')
    await drawColours(folder, 8)
    const dataset = await engine.import(folder)
    await engine.predict(dataset, model)
    await writeFile(path.join(folder, 'green/001.png'), 'no image')
    const job = await engine.predict(dataset, model, { keep: ['embedding'] })
    expect(job.result).toMatchObject({ again: 8, failed: 1 })
    expect(await runOf(engine, dataset)).toMatchObject({
      predicted: 8,
      failed: 0,
      state: 'done',
      kept: [{ kind: 'embedding', samples: 7 }],
    })
  })

  it('[KE27] is refused before anything is predicted where the model has no embedding', async () => {
    const folder = path.join(root, 'no linear layer')
    cpSync(
      path.join(projectRoot, 'test/fixtures/models/awkward/nchw/preprocessor_config.json'),
      path.join(folder, 'preprocessor_config.json'),
    )
    writeFileSync(path.join(folder, 'labels.txt'), 'a\nb\nc\nd\ne\nf\n')
    writeFileSync(path.join(folder, 'model.onnx'), buildHead('no linear layer'))
    const name = await engine.addModel(folder)
    const dataset = await engine.import(source, { name: 'none' })
    expect(await failureOf(engine.predict(dataset, name, { keep: ['embedding'] }))).toMatchObject({
      code: 'model_unsupported',
      message: expect.stringContaining('has no embedding to keep'),
    })
    expect((await engine.call('datasets.open', { dataset })).runs).toEqual([])
    await engine.predict(dataset, name, { keep: ['logits'] })
    const listed = await engine.call('models.list', {})
    expect(listed.find((one) => one.name === name)?.embedding).toBeNull()
    expect(listed.find((one) => one.name === model)?.embedding).toEqual({ size: 3, isEdited: true })
  })
})

function startOf(dataset: string) {
  return { dataset, model, provider: 'cpu', batch: 1, protocol: 'unmasked' as const, filter: null }
}

/** Cancels the job when it tells of its first finished images. */
async function stopAtFirstBatch(job: Job): Promise<void> {
  const unlisten = engine.engine.events.listen((name, payload) => {
    if (name !== 'job.changed' || !('job' in payload) || typeof payload.job === 'number') return
    if (payload.job.id !== job.id || payload.job.done === 0) return
    unlisten()
    engine.engine.jobs.cancel(job.id)
  })
  expect(await failureOf(engine.engine.jobs.wait(job.id))).toMatchObject({ code: 'cancelled' })
}

describe('another protocol of a model whose logits were kept', () => {
  const masked = `${model} (masked)`
  const predictionOf = async (dataset: string, id: number, run: string) =>
    (await engine.call('samples.get', { dataset, id })).predictions.find((one) => one.model === run)!

  it('[KE60] is answered from them, with the answers of a prediction and probabilities within 1e-3', async () => {
    const dataset = await engine.import(source, { name: 'from logits' })
    await engine.predict(dataset, model, { keep: ['logits'] })
    const job = await engine.predict(dataset, model, { protocol: 'masked' })
    expect(job.result).toMatchObject({ fromLogits: images, again: 0, failed: 0, imagesPerSecond: null })
    const { runs } = await engine.call('datasets.open', { dataset })
    expect(runs.find((run) => run.model === masked)).toMatchObject({
      predicted: images,
      state: 'done',
      protocol: 'masked',
      provider: `kept logits of ${model}`,
    })
    const seen = await engine.import(source, { name: 'seen again' })
    await engine.predict(seen, model)
    expect((await engine.predict(seen, model, { protocol: 'masked' })).result).toMatchObject({ fromLogits: 0 })
    for (let id = 1; id <= images; id++) {
      const [own, exact] = [await predictionOf(dataset, id, masked), await predictionOf(seen, id, masked)]
      expect([own.answers[0]!.name, own.correct, own.truthRank]).toEqual([
        exact.answers[0]!.name,
        exact.correct,
        exact.truthRank,
      ])
      expect(Math.abs(own.confidence! - exact.confidence!)).toBeLessThan(1e-3)
    }
  })

  it('[KE61] is predicted where there are none, and where rounding could have changed the answer', async () => {
    const dataset = await engine.import(source, { name: 'close calls' })
    await engine.predict(dataset, model, { keep: ['logits'], filter: await engine.where(dataset, 'label = red') })
    await engine.predict(dataset, model)
    const ids = Object.keys(readVectors(engine, dataset).logits).map(Number)
    expect(ids).toHaveLength(images)
    const db = openDatabase(path.join(engine.library, 'datasets', dataset, 'dataset.sqlite'), datasetFile)
    const { id: run } = listRuns(db).find((record) => record.model === model)!
    db.prepare('DELETE FROM kept_vector').run()
    // 4 and the next number of binary16 may have been the same, or the other way round; 4 and 3 not.
    const [four, next, three] = [0x4400, 0x4401, 0x4200]
    insertKeptVectors(db, run, 'logits', {
      sampleIds: Uint32Array.of(1, 2),
      halves: Uint16Array.of(four, next, 0, 0, four, three, 0, 0),
    })
    db.close()
    const job = await engine.predict(dataset, model, { protocol: 'masked' })
    expect(job.result).toMatchObject({ fromLogits: 1 })
    const { answers } = await predictionOf(dataset, 2, masked)
    expect(answers[0]).toMatchObject({ name: 'red' })
    expect(answers[0]!.probability).toBeCloseTo(Math.exp(4) / (Math.exp(4) + Math.exp(3) + 1), 5)
    expect((await engine.call('datasets.open', { dataset })).runs.find((one) => one.model === masked)).toMatchObject({
      predicted: images,
      provider: `kept logits of ${model}, then cpu`,
    })
  })

  it('[KE62] that keeps something itself looks at the images', async () => {
    const dataset = await engine.import(source, { name: 'keeps itself' })
    await engine.predict(dataset, model, { keep: ['logits'] })
    const job = await engine.predict(dataset, model, { protocol: 'masked', keep: ['logits'] })
    expect(job.result).toMatchObject({ fromLogits: 0 })
    expect(readVectors(engine, dataset, masked)).toEqual(readVectors(engine, dataset))
  })
})

describe('a dual encoder', () => {
  it('[KE63] keeps its image embeddings and a logit a class, and is asked again under other prompts', async () => {
    const clip = await engine.addModel(path.join(projectRoot, 'test/fixtures/models/dual-encoders/clip'), 'clip')
    const dataset = await engine.import(sampleFolder, { name: 'pictures', maxSamples: 24 })
    await engine.predict(dataset, clip, { protocol: 'zero-shot', keep: [...both] })
    const { runs } = await engine.call('datasets.open', { dataset })
    const { classes } = await engine.call('confusion.compute', {
      dataset,
      filter: everything,
      model: clip,
      by: null,
      value: null,
    })
    expect(runs[0]!.kept).toMatchObject([
      { kind: 'logits', size: classes.length, samples: 24 },
      { kind: 'embedding', size: 64, samples: 24 },
    ])
    const vectors = readVectors(engine, dataset, clip)
    const { predictions } = await engine.call('samples.get', { dataset, id: 1 })
    const logits = vectors.logits[1]!.map(halfToFloat)
    const best = logits.indexOf(Math.max(...logits))
    expect(predictions[0]!.answers[0]!.id).toBe(best)
    const question = { dataset, ids: [1], run: clip, k: 5 }
    const { neighbours } = await engine.call('samples.neighbours', question)
    expect(neighbours).toHaveLength(5)
    const other = await engine.predict(dataset, clip, { protocol: 'zero-shot', templates: ['a drawing of a {}'] })
    expect(other.result).toMatchObject({ fromLogits: 0 })
  })
})

describe('a file of predictions', () => {
  const write = async (dataset: string, name: string, vectors: readonly KeptKind[], run = model) => {
    const place = engine.engine.places.register(root)
    const question = { dataset, place, model: run, filter: everything, name, vectors: [...vectors] }
    const { job } = await engine.call('predictions.export', question)
    await engine.engine.jobs.wait(job.id)
    return path.join(root, name)
  }

  it('[KE70] has kept vectors in lists of their own, null where there is none, and is read back', async () => {
    const dataset = await engine.import(source, { name: 'written' })
    await engine.predict(dataset, model, { keep: ['logits'] })
    await engine.predict(dataset, model, { keep: ['embedding'], filter: await engine.where(dataset, 'label = green') })
    const vectors = readVectors(engine, dataset)
    const file = await write(dataset, 'with vectors.parquet', both)
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file) })
    expect(rows).toHaveLength(images)
    rows.forEach((row, i) => {
      expect(row['logits']).toEqual(vectors.logits[i + 1]!.map(halfToFloat))
      expect(row['embedding'] ?? null).toEqual(vectors.embedding[i + 1]?.map(halfToFloat) ?? null)
    })
    expect(rows.filter((row) => row['embedding'] !== null && row['embedding'] !== undefined)).toHaveLength(10)
    const place = engine.engine.places.register(file)
    const { job } = await engine.call('predictions.import', { dataset, place, model: 'read back', joinBy: null })
    await engine.engine.jobs.wait(job.id)
    const { runs } = await engine.call('datasets.open', { dataset })
    const [own, back] = [model, 'read back'].map((name) => runs.find((run) => run.model === name)!)
    expect(back).toMatchObject({ predicted: images, right: own!.right })
  })

  it('[KE71] has none in CSV, nor of a run that keeps none', async () => {
    expect(await failureOf(write('reference', 'with vectors.csv', ['logits']))).toMatchObject({
      code: 'unsupported_format',
    })
    const dataset = await engine.import(source, { name: 'keeps nothing' })
    await engine.predict(dataset, model)
    expect(await failureOf(write(dataset, 'nothing.parquet', ['embedding']))).toMatchObject({ code: 'not_found' })
    expect(readdirSync(root)).not.toContain('nothing.parquet')
  })
})

describe('the nearest samples', () => {
  const ask = (ids: readonly number[], options: { readonly k?: number; readonly filter?: unknown } = {}) =>
    engine.call('samples.neighbours', {
      dataset: 'reference',
      ids: [...ids],
      run: model,
      k: options.k ?? images,
      filter: (options.filter ?? null) as never,
    })

  /** In float64, one after the other. */
  function bruteForce(ids: readonly number[], allowed: (id: number) => boolean = () => true) {
    const unit = (vector: readonly number[]) => {
      const length = Math.hypot(...vector)
      return vector.map((value) => value / length)
    }
    const vectors = new Map(
      Object.entries(reference.vectors.embedding).map(([id, halves]) => [Number(id), unit(halves.map(halfToFloat))]),
    )
    const query = unit([0, 1, 2].map((axis) => ids.reduce((sum, id) => sum + vectors.get(id)![axis]!, 0)))
    return [...vectors]
      .filter(([id]) => !ids.includes(id) && allowed(id))
      .map(([id, vector]) => ({ id, similarity: vector.reduce((sum, value, axis) => sum + value * query[axis]!, 0) }))
      .toSorted((a, b) => b.similarity - a.similarity || a.id - b.id)
  }

  it('[KE30] are those of a search through all in float64, to one and to several', async () => {
    for (const ids of [[1], [17], [2, 6, 10]]) {
      const { neighbours, compared } = await ask(ids)
      const expected = bruteForce(ids)
      expect(compared).toBe(images - ids.length)
      expect(neighbours).toHaveLength(expected.length)
      neighbours.forEach(({ similarity }, place) =>
        expect(Math.abs(similarity - expected[place]!.similarity)).toBeLessThan(1e-6),
      )
      expect(neighbours.slice(0, 5).map(({ id }) => id)).toEqual(expected.slice(0, 5).map(({ id }) => id))
    }
  })

  it('[KE31] say what they are: most of a class are near to each other', async () => {
    const { neighbours } = await ask([2], { k: 5 })
    const own = await engine.call('samples.get', { dataset: 'reference', id: 2 })
    expect(neighbours).toHaveLength(5)
    expect(neighbours.filter(({ label }) => label === own.label).length).toBeGreaterThanOrEqual(4)
    for (const { id, correct } of neighbours) {
      const sample = await engine.call('samples.get', { dataset: 'reference', id })
      expect(correct).toBe(sample.predictions[0]!.correct)
    }
  })

  it('[KE32] come out of a filter, and none out of an empty one', async () => {
    const filter = await engine.where('reference', 'label = red')
    const { neighbours, compared } = await ask([1], { k: 3, filter })
    expect(compared).toBe(10)
    expect(neighbours.map(({ label }) => label)).toEqual(['red', 'red', 'red'])
    const nothing = await engine.where('reference', 'label = red and label = blue')
    expect((await ask([1], { filter: nothing })).neighbours).toEqual([])
    expect((await ask([1], { filter: everything })).compared).toBe(images - 1)
  })

  it('[KE33] of what has no embedding are asked for in vain, with the way out', async () => {
    const dataset = await engine.import(source, { name: 'empty' })
    await engine.predict(dataset, model, { keep: ['logits'] })
    const question = { dataset, ids: [1], run: model, k: 3 }
    expect(await failureOf(engine.call('samples.neighbours', question))).toMatchObject({ code: 'not_found' })
    await engine.predict(dataset, model, { keep: ['embedding'], filter: await engine.where(dataset, 'label = red') })
    const blue = (
      await engine.call('query.page', { ...pageOf(dataset), filter: await engine.where(dataset, 'label = blue') })
    ).ids[0]!
    expect(await failureOf(engine.call('samples.neighbours', { ...question, ids: [blue] }))).toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('keeps no embedding of this sample'),
    })
  })

  it('[KE34] are asked for anew after more was kept', async () => {
    const dataset = await engine.import(source, { name: 'growing' })
    await engine.predict(dataset, model, { keep: ['embedding'], filter: await engine.where(dataset, 'label = red') })
    const red = (
      await engine.call('query.page', { ...pageOf(dataset), filter: await engine.where(dataset, 'label = red') })
    ).ids[0]!
    const question = { dataset, ids: [red], run: model, k: images }
    expect((await engine.call('samples.neighbours', question)).compared).toBe(9)
    await engine.predict(dataset, model, { keep: ['embedding'] })
    expect((await engine.call('samples.neighbours', question)).compared).toBe(images - 1)
  })
})

function pageOf(dataset: string) {
  return { dataset, order: { groupBy: null, sort: null }, offset: 0, limit: 1, columns: [] }
}

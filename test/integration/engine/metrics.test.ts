// Metrics by value and of known benchmarks, through the engine and the command line, over a dataset without images.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Benchmarks, Metrics } from '#contract/metrics.ts'
import { everything } from '#core/filter/expr.ts'
import { wilsonInterval } from '#core/statistics/wilson.ts'
import { validationName, writeReal, writeValidation } from '../../support/doubles/imagenet-folders.ts'
import { runCommand, runJson } from '../../support/run-command.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine } from '../../support/test-engine.ts'

let folder: Awaited<ReturnType<typeof makeFolder>>
let engine: TestEngine
let dataset: string

const labels = ['tench', 'goldfish']
/** Every answer lies in the shape's category or the texture's, but for the fourth of each eight. */
const rows = Array.from({ length: 40 }, (_, i) => {
  const label = labels[i % 2]!
  const isRight = i % 4 !== 3
  return {
    name: `ILSVRC2012_val_${String(i + 1).padStart(8, '0')}.JPEG`,
    label,
    corruption: i < 20 ? 'fog' : 'snow',
    severity: 1 + (i % 5),
    variation: ['mixed-same', 'mixed-rand'][i < 16 ? 0 : 1]!,
    shape: label,
    texture: i % 8 < 2 ? labels[i % 2]! : labels[(i + 1) % 2]!,
    predicted: isRight ? label : 'great white shark',
    confidence: 0.6 + (i % 3) / 10,
    isRight,
  }
})

beforeAll(async () => {
  folder = await makeFolder()
  engine = await openTestEngine(path.join(folder.folder, 'library'))
  const index = path.join(folder.folder, 'index.csv')
  const columns = ['label', 'corruption', 'severity', 'variation', 'shape', 'texture'] as const
  const lines = rows.map((row) => [row.name, ...columns.map((column) => row[column])].join(','))
  await writeFile(index, [['file_name', ...columns].join(','), ...lines].join('\n'))
  dataset = await engine.import(index)
  const answers = path.join(folder.folder, 'answers.csv')
  const predicted = rows.map((row) => `${row.name},${row.predicted},${row.confidence}`)
  await writeFile(answers, ['file_name,predicted_class,predicted_probability', ...predicted].join('\n'))
  const place = engine.engine.places.register(answers)
  const { job } = await engine.call('predictions.import', { dataset, place, model: 'm', joinBy: null })
  await engine.engine.jobs.wait(job.id)
})
afterAll(async () => {
  await engine.close()
  await folder.remove()
})

const under = () => ({ dataset, filter: everything, models: ['m'] })
const shareOf = (right: number, n: number) => ({ n, right, rate: right / n, wilson: [...wilsonInterval(right, n)] })
const rightOf = (of: typeof rows) => of.filter(({ isRight }) => isRight).length

describe('metrics', () => {
  it('[ST230] give every value its figures with the protocol beside them', async () => {
    const metrics = await engine.call('metrics.compute', { ...under(), by: { kind: 'field', name: 'corruption' } })
    expect(metrics).toMatchObject({ field: 'corruption', total: 2, selection: null })
    expect(metrics.models).toEqual([
      { model: 'm', protocol: 'unmasked', barred: false, evidence: expect.stringContaining('unmasked') },
    ])
    const fog = metrics.rows.find(({ value }) => value === 'fog')!.cells[0]!
    const own = rows.filter(({ corruption }) => corruption === 'fog')
    expect(fog.accuracy).toEqual(shareOf(rightOf(own), own.length))
    const wrong = own.filter(({ isRight }) => !isRight)
    const mean = wrong.reduce((sum, { confidence }) => sum + confidence, 0) / wrong.length
    expect(fog.confidenceWhenWrong).toEqual({ n: wrong.length, mean: expect.closeTo(mean, 6) })
    // One answer came along an image: where it is wrong, nobody knows whether the truth was among the first five.
    expect(fog).toMatchObject({ entropy: null, top5: null })
    const errors = wrong.length / own.length / ((rows.length - rightOf(rows)) / rows.length)
    expect(fog.errorRatio!.ratio).toBeCloseTo(errors, 12)
    expect(metrics.overall[0]!.accuracy).toEqual(shareOf(rightOf(rows), rows.length))
    expect(metrics.overall[0]!.calibration!.n).toBe(rows.length)
  })

  it('[ST230] are over all samples without a field, and refuse fields of distinct values', async () => {
    const metrics = await engine.call('metrics.compute', { ...under(), by: null })
    expect(metrics).toMatchObject({ field: null, rows: [], total: 0, overall: [{ errorRatio: null }] })
    const by = { kind: 'field' as const, name: 'file_name' }
    expect(await failureOf(engine.call('metrics.compute', { ...under(), by }))).toMatchObject({ code: 'usage' })
  })

  it('[ST231] mark the models whose answers made the set', async () => {
    const filter = await engine.where(dataset, 'm.correct = false')
    const metrics = await engine.call('metrics.compute', { ...under(), filter, by: null })
    expect(metrics).toMatchObject({ models: [{ barred: true }], selection: { surrogates: ['m'] } })
  })

  it('[ST232] know corruptions, backgrounds and cues by the dataset’s fields', async () => {
    const { corruption, background, shape, accepted } = await engine.call('metrics.benchmarks', under())
    expect(accepted).toBeNull()
    expect(corruption!.fields).toEqual(['corruption', 'severity'])
    const { corruptions, isComplete } = corruption!.models[0]!.result!
    expect(corruptions.map(({ corruption: name, n, ce }) => [name, n, ce !== null])).toEqual([
      ['snow', 20, true],
      ['fog', 20, true],
    ])
    expect(isComplete).toBe(false)
    const [same, random] = [rows.filter(({ variation }) => variation === 'mixed-same'), rows.slice(16)]
    expect(background!.models[0]!.result).toMatchObject({
      same: shareOf(rightOf(same), 16),
      random: shareOf(rightOf(random), 24),
      gap: expect.closeTo(rightOf(same) / 16 - rightOf(random) / 24, 12),
    })
    const conflicting = rows.filter((row) => row.shape !== row.texture)
    expect(shape!.models[0]!.result).toMatchObject({
      n: conflicting.length,
      shape: rightOf(conflicting),
      texture: 0,
      cueAccuracy: { n: conflicting.length, right: rightOf(conflicting) },
    })
  })

  it('[BG81] read the places of a model’s own classes as no ImageNet ids', async () => {
    const cues = ['cat,dog', 'dog,cat', 'cat,dog', 'dog,cat'].map((pair, i) => `${i}.png,thing${i % 2},${pair}`)
    const index = path.join(folder.folder, 'cues.csv')
    await writeFile(index, ['file_name,label,shape,texture', ...cues].join('\n'))
    const conflicts = await engine.import(index)
    const biasOf = async (model: string, answers: readonly (string | number)[]) => {
      const file = path.join(folder.folder, `${model}.csv`)
      await writeFile(file, ['file_name,predicted_class', ...answers.map((name, i) => `${i}.png,${name}`)].join('\n'))
      const place = engine.engine.places.register(file)
      const { job } = await engine.call('predictions.import', { dataset: conflicts, place, model, joinBy: null })
      await engine.engine.jobs.wait(job.id)
      const asked = { dataset: conflicts, filter: everything, models: [model] }
      return (await engine.call('metrics.benchmarks', asked)).shape!.models[0]!.result
    }
    // 281 and 152 are a cat and a dog of ImageNet’s 1,000 classes, of which 1200 is none.
    expect(await biasOf('of-own-classes', [281, 152, 281, 1200])).toBeNull()
    expect(await biasOf('of-imagenet', [281, 152, 152, 0])).toMatchObject({ n: 4, shape: 2, texture: 1 })
    expect(await biasOf('of-categories', ['cat', 'cat', 'dog', 'bat'])).toMatchObject({ n: 4, shape: 1, texture: 2 })
  })

  it('[ST233] know reviewed labels once a file of them was joined', async () => {
    const file = path.join(folder.folder, 'human_accuracy_annotations.json')
    const [first, second, third] = rows.map(({ name }) => name)
    const annotations = {
      // A tench; a goldfish that may be a great white shark; one that the reviewers found unfit.
      [first!]: { correct: ['n01440764'], wrong: [], unclear: [] },
      [second!]: { correct: ['n01443537'], wrong: [], unclear: ['n01484850'] },
      [third!]: { correct: ['n01440764'], wrong: [], unclear: [] },
    }
    await writeFile(
      file,
      JSON.stringify({ initial_annots: annotations, problematic_images: { [third!]: { reason: 'blurred' } } }),
    )
    const place = engine.engine.places.register(file)
    const { job } = await engine.call('sidecars.join', { dataset, place, joinBy: null, columns: null })
    await engine.engine.jobs.wait(job.id)
    const { accepted } = await engine.call('metrics.benchmarks', under())
    expect(accepted!.models[0]!.result).toEqual({
      real: shareOf(3, 3),
      multiLabel: { n: 2, right: 2, classes: 2, rate: 1 },
    })
  })
})

describe('accuracy on reviewed labels', () => {
  it('[BG85] leaves out what no reviewed label fits, and is called ReaL’s only where all labels are', async () => {
    const root = path.join(folder.folder, 'validation')
    const ids = [0, 134, 517]
    await writeValidation(root, 6, ids)
    await writeReal(root, ids)
    const images = await engine.import(root)
    const write = async (name: string, content: string) => {
      await writeFile(path.join(folder.folder, name), content)
      return engine.engine.places.register(path.join(folder.folder, name))
    }
    const answers = ids.concat(ids).map((id, i) => `${validationName(i + 1)},${id}`)
    const place = await write('ids.csv', ['file_name,predicted_class', ...answers].join('\n'))
    const imported = await engine.call('predictions.import', { dataset: images, place, model: 'm', joinBy: null })
    await engine.engine.jobs.wait(imported.job.id)
    const asked = { dataset: images, filter: everything, models: ['m'] }
    const real = (await engine.call('metrics.benchmarks', asked)).accepted!
    // The fifth image has no label that fits.
    expect(real).toMatchObject({ isReal: true, models: [{ result: { real: { n: 5, right: 5 } } }] })
    const annotations = {
      [validationName(1)]: { correct: [], wrong: ['n01440764'], unclear: [] },
      [validationName(2)]: { correct: ['n01440764'], wrong: [], unclear: [] },
    }
    const reviewed = await write('annotations.json', JSON.stringify({ initial_annots: annotations }))
    const { job } = await engine.call('sidecars.join', {
      dataset: images,
      place: reviewed,
      joinBy: null,
      columns: null,
    })
    await engine.engine.jobs.wait(job.id)
    const { accepted } = await engine.call('metrics.benchmarks', asked)
    expect(accepted).toMatchObject({ isReal: false })
    const marked = await engine.where(images, 'problematic = true and reason = "no reviewed label fits"')
    const { total } = await engine.call('query.counts', { dataset: images, filter: marked, facets: [], top: 1 })
    expect(total).toBe(1)
    const judged = await engine.where(images, 'm.correct = true or m.correct = false')
    expect((await engine.call('query.counts', { dataset: images, filter: judged, facets: [], top: 1 })).total).toBe(4)
  })
})

describe('foible metrics', () => {
  it('[ST234] prints a table with every n, and with --json the document', async () => {
    await engine.close()
    const flags = ['--models', 'm', '--library', path.join(folder.folder, 'library')]
    const { out, err } = await runCommand(['metrics', dataset, '--by', 'corruption', ...flags])
    expect(err).toBe('')
    expect(out).toMatch(/fog +m +20 +75 %/)
    expect(out).toContain('not all fifteen')
    expect(out).toContain('Shape and texture')
    const json = (await runJson(['metrics', dataset, ...flags])) as Metrics & { benchmarks: Benchmarks }
    expect(json.overall[0]!.accuracy.n).toBe(rows.length)
    expect(json.benchmarks.background!.fields).toEqual(['variation'])
    engine = await openTestEngine(path.join(folder.folder, 'library'))
  })
})

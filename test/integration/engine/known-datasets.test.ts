// Datasets that Foible knows by itself, through the engine: what was recognised is kept, shown and taken into account.
import path from 'node:path'
import { Transformer } from '@napi-rs/image'
import { expect, it } from 'vitest'
import { writeImagenetD } from '../../support/doubles/imagenet-d.ts'
import { writeObjectNet } from '../../support/doubles/factors.ts'
import { colourModel } from '../../support/colour-folder.ts'
import { neverAborted } from '../../support/open-dataset.ts'
import { makeFolder, openTestEngine, readSamples } from '../../support/test-engine.ts'

/** Share of pixels that are rather red. */
function redShare(bytes: Uint8Array): { readonly share: number; readonly side: number } {
  const image = new Transformer(bytes)
  const pixels = image.rawPixelsSync()
  const { width, height } = image.metadataSync()
  const step = pixels.length / (width * height)
  let red = 0
  for (let at = 0; at < pixels.length; at += step) if (pixels[at]! > pixels[at + 1]! + 80) red++
  return { share: red / (width * height), side: width }
}

it('[AD28] shows and predicts ObjectNet without its border, and says so', async () => {
  const { folder, remove } = await makeFolder()
  const engine = await openTestEngine(path.join(folder, 'library'))
  try {
    const source = path.join(folder, 'objectnet-1.0')
    await writeObjectNet(source, { overlapping: 6, others: 2, mappings: false })
    const dataset = await engine.import(source)
    const image = async (kind: 'thumb' | 'image') =>
      redShare((await engine.engine.image(dataset, 1, kind, neverAborted))!.bytes)
    expect(await image('thumb')).toEqual({ share: 0, side: 12 })
    expect(await image('image')).toEqual({ share: 0, side: 12 })
    await engine.addModel(colourModel, 'colours')
    await engine.predict(dataset, 'colours')
    const summary = await engine.call('datasets.open', { dataset })
    expect(summary).toMatchObject({ knownAs: 'ObjectNet', evaluationOnly: true, cropBorderPx: 2 })
    expect(summary.runs[0]).toMatchObject({ predicted: 8, failed: 0 })
    expect(summary.runs[0]?.preprocessing).toMatch(/^without its 2-pixel border, /)
    expect(summary.findings.map(({ rule }) => rule)).toContain('adapter_objectnet_licence')

    const asItLies = await engine.import(source, { useAdapter: false })
    const plain = await engine.call('datasets.open', { dataset: asItLies })
    expect(plain).toMatchObject({ knownAs: null, evaluationOnly: false, cropBorderPx: 0 })
    const original = await engine.engine.image(asItLies, 1, 'image', neverAborted)
    expect(redShare(original!.bytes)).toEqual({ share: (16 * 16 - 12 * 12) / (16 * 16), side: 16 })
  } finally {
    await engine.close()
    await remove()
  }
})

it('[AD38] keeps border and terms through an export', async () => {
  const { folder, remove } = await makeFolder()
  const engine = await openTestEngine(path.join(folder, 'library'))
  try {
    const source = path.join(folder, 'objectnet-1.0')
    await writeObjectNet(source, { overlapping: 6, others: 2, mappings: false })
    const dataset = await engine.import(source)
    for (const format of ['imagefolder', 'fiftyone', 'parquet'] as const) {
      const target = path.join(folder, format)
      await engine.export(dataset, target, { format })
      const again = await engine.import(target)
      const summary = await engine.call('datasets.open', { dataset: again })
      expect(summary, format).toMatchObject({ knownAs: null, evaluationOnly: true, cropBorderPx: 2 })
      const original = await engine.engine.image(again, 1, 'image', neverAborted)
      expect(redShare(original!.bytes), format).toEqual({ share: 0, side: 12 })
    }
  } finally {
    await engine.close()
    await remove()
  }
})

it('[AD29] reads a known dataset as it lies where that is asked for', async () => {
  const { folder, remove } = await makeFolder()
  const engine = await openTestEngine(path.join(folder, 'library'))
  try {
    const source = path.join(folder, 'ImageNet-D')
    await writeImagenetD({ layout: 'voxel51', folder: source, counts: { background: 30, texture: 6, material: 4 } })
    const known = await engine.call('datasets.open', { dataset: await engine.import(source) })
    expect(known).toMatchObject({ knownAs: 'ImageNet-D (pushed again with FiftyOne)', classField: 'object' })
    // CLIP's guesses are a run; the double lets every fourth of them be right in the first place.
    const [run] = known.runs
    expect(run).toMatchObject({
      model: 'CLIP-best-guesses',
      provider: 'imported',
      protocol: 'zero-shot',
      predicted: 40,
    })
    expect(run?.right).toBe(8 + 2 + 1)
    expect(known.fields.find(({ name }) => name === 'nuisance')).toMatchObject({ role: 'nuisance', kind: 'category' })

    const asItLies = await engine.import(source, { useAdapter: false })
    const plain = await engine.call('datasets.open', { dataset: asItLies })
    expect(plain).toMatchObject({ knownAs: null, classField: 'ground_truth' })
    expect(plain.findings.filter(({ rule }) => rule.startsWith('adapter'))).toEqual([])
  } finally {
    await engine.close()
    await remove()
  }
})

it('[AD37] brings an export of a known dataset back as it was exported, not as its paths say', async () => {
  const { folder, remove } = await makeFolder()
  const engine = await openTestEngine(path.join(folder, 'library'))
  try {
    const source = path.join(folder, 'source')
    await writeImagenetD({ layout: 'zcs15', folder: source, counts: { background: 12, texture: 2, material: 2 } })
    const dataset = await engine.import(source, { name: 'ImageNet-D' })
    await engine.call('tags.apply', { dataset, tag: 'odd', target: { kind: 'ids', ids: [1] }, on: true })
    const before = await readSamples(engine, dataset)
    for (const format of ['imagefolder', 'fiftyone'] as const) {
      const target = path.join(folder, format)
      await engine.export(dataset, target, { format })
      const again = await engine.import(target)
      const { knownAs, runs } = await engine.call('datasets.open', { dataset: again })
      expect(knownAs, format).toBeNull()
      expect(runs.map(({ model, right }) => [model, right])).toEqual([['CLIP-best-guesses', 5]])
      const after = await readSamples(engine, again)
      const told = (samples: typeof before) =>
        samples.map(({ object, nuisance, tags }) => JSON.stringify({ object, nuisance, tags })).sort()
      expect(told(after), format).toEqual(told(before))
    }
  } finally {
    await engine.close()
    await remove()
  }
})

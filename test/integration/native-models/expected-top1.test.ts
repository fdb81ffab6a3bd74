// The embedded models on 200 images of the sample, against Pillow and Python's onnxruntime: see make-expected-top1.py.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import type { PredictItem } from '#models/predictor.ts'
import { readModel } from '#models/read-model.ts'
import { startPredictor } from '#models/start-predictor.ts'
import { projectRoot, sampleFolder } from '../../support/test-engine.ts'

// Models load, and pictures are decoded, at the speed of the machine.
const expected: { files: readonly string[]; top1: Readonly<Record<string, readonly number[]>> } = JSON.parse(
  readFileSync(path.join(projectRoot, 'test/fixtures/models/expected-top1.json'), 'utf8'),
)
const signal = new AbortController().signal

async function* items(): AsyncGenerator<PredictItem> {
  for (const [sampleId, file] of expected.files.entries()) {
    yield { sampleId, image: { path: path.join(sampleFolder, file) }, acceptedIds: null }
  }
}

it.each(Object.keys(expected.top1))('[RM13] answers each of 200 images as Python does: %s', async (name) => {
  const model = await readModel(path.join(projectRoot, 'native-models/embedded', name), signal)
  const found: number[] = []
  const options = { model, signal, provider: 'cpu', batchSize: null, answers: { kind: 'all' } as const, items: items() }
  for await (const { sampleIds, topIds, failures } of startPredictor(options)) {
    expect(failures).toEqual([])
    for (const [row, sampleId] of sampleIds.entries()) found[sampleId] = topIds[row * 5]!
  }
  expect(found).toHaveLength(200)
  expect(found).toEqual(expected.top1[name])
})

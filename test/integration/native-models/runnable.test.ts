// What Foible takes for the limits of the runtime, and of memory, against the runtime and the memory.
import { readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Transformer } from '@napi-rs/image'
import { describe, expect, it } from 'vitest'
import { maxIrVersion, maxOpset } from '#models/check-runnable.ts'
import { readModel } from '#models/read-model.ts'
import { startPredictor } from '#models/start-predictor.ts'
import { tryModel } from '#models/try-model.ts'
import type { PredictorInfo } from '#models/predictor.ts'
import { buildOnnx } from '../../fixtures/models/build-onnx.ts'
import { projectRoot } from '../../support/test-engine.ts'

const signal = new AbortController().signal
const entry = path.join(projectRoot, 'native-models/predict-process.ts')

/** Whether the runtime takes a model, whatever Foible thinks of it. */
async function runs(onnx: Uint8Array): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foible-limit-'))
  const spec = await readModel(path.join(projectRoot, 'test/fixtures/models/awkward/nchw'), signal)
  const file = path.join(folder, 'model.onnx')
  await writeFile(file, onnx)
  return tryModel({ ...spec, file }, entry, signal).then(
    () => true,
    () => false,
  )
}

describe('the limits of the runtime', () => {
  it('[RM14] are those of the onnxruntime that comes with Foible', async () => {
    expect(await runs(buildOnnx({ irVersion: maxIrVersion }))).toBe(true)
    expect(await runs(buildOnnx({ irVersion: maxIrVersion + 1 }))).toBe(false)
    expect(await runs(buildOnnx({ opset: maxOpset, axesAsInput: true }))).toBe(true)
    expect(await runs(buildOnnx({ opset: maxOpset + 1, axesAsInput: true }))).toBe(false)
  })

  it.skipIf(process.platform !== 'linux')(
    '[RM15] feed images of 4096 x 4096 one at a time, within 768 MiB',
    async () => {
      const model = await readModel(path.join(projectRoot, 'test/fixtures/models/awkward/large-input'), signal)
      const pixels = Buffer.alloc(64 * 48 * 4, 200)
      const bytes = new Uint8Array(await Transformer.fromRgbaPixels(pixels, 64, 48).png())
      async function* items() {
        for (let sampleId = 0; sampleId < 6; sampleId++) yield { sampleId, image: { bytes }, acceptedIds: null }
      }
      const infos: PredictorInfo[] = []
      let peakBytes = 0
      const sizes: number[] = []
      const options = {
        model,
        signal,
        entry,
        provider: 'cpu',
        batchSize: 64,
        answers: { kind: 'all' } as const,
        items: items(),
      }
      for await (const batch of startPredictor({ ...options, onInfo: (info) => infos.push(info) })) {
        sizes.push(batch.sampleIds.length)
        peakBytes = Math.max(peakBytes, ...peaksOfChildren())
      }
      expect(infos).toMatchObject([{ batchSizes: [1], workers: 1, preparers: 0 }])
      expect(sizes).toEqual([1, 1, 1, 1, 1, 1])
      expect(peakBytes).toBeGreaterThan(2 ** 28)
      expect(peakBytes).toBeLessThan(768 * 2 ** 20)
    },
  )
})

/** The most memory that each process which this one started has had. */
function peaksOfChildren(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const status = readStatus(pid)
      if (!status.includes(`\nPPid:\t${process.pid}\n`)) return []
      return [Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) * 1024]
    })
}

function readStatus(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return '' // It has ended since the folder was listed.
  }
}

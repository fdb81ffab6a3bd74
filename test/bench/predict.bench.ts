// What prediction reaches of what the cores allow: a bare onnxruntime loop over preloaded tensors, plus decoding spread over the cores;
// and of what Pillow and Python's onnxruntime make of them. Prints figures, asserts nothing.
// node test/bench/predict.bench.ts [model folder] [images]
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { ModelSpec } from '#models/model-spec.ts'
import { physicalCores } from '#models/plan-workers.ts'
import type { PredictItem, PredictorInfo } from '#models/predictor.ts'
import { createImageDecoder } from '#models/preprocess/decode-image.ts'
import { createPreprocessor } from '#models/preprocess/preprocessor.ts'
import { readModel } from '#models/read-model.ts'
import { startPredictor } from '#models/start-predictor.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const decodeImage = await createImageDecoder()
const signal = new AbortController().signal

if (isMainThread) await main()
else parentPort?.postMessage(decodeAll(workerData))

async function main(): Promise<void> {
  const model = await readModel(process.argv[2] ?? `${root}native-models/embedded/efficientnet-lite0`, signal)
  const paths = imagePaths(`${root}build/sample/foible-sampler/data`).slice(0, Number(process.argv[3] ?? 100_000))
  const cores = physicalCores()
  const image = decodeImage(readFileSync(paths[0] ?? ''))
  console.log(`${model.name}, ${paths.length} images of ${image.width} x ${image.height}, ${cores} cores`)

  const bare = await bareLoop(model, cores)
  const decode = await decodeRate(paths, cores)
  const preprocessMs = preprocessTime(model, paths)
  const bound = 1 / (1 / bare + 1 / decode)
  console.log(`bare onnxruntime loop   ${bare.toFixed(1)} images/s (best of batch 1 to 32, ${cores} threads)`)
  console.log(`decoding alone          ${decode.toFixed(0)} images/s (${cores} threads)`)
  console.log(`resize, crop, normalise ${preprocessMs.toFixed(2)} ms an image and thread`)
  console.log(`bound                   ${bound.toFixed(1)} images/s`)
  let best = 0
  for (const batchSize of [1, 4, 8, 16, 32]) {
    const { rate, startMs } = await pipeline(model, paths, batchSize)
    best = Math.max(best, rate)
    console.log(
      `Foible, batch ${String(batchSize).padEnd(9)} ${rate.toFixed(1)} images/s = ${((100 * rate) / bound).toFixed(1)} % of the bound; ready after ${startMs.toFixed(0)} ms`,
    )
  }
  const python = await pythonRate(model, paths, cores)
  if (python === null) console.log('Pillow, onnxruntime     skipped: python3 does not have both of them')
  else
    console.log(
      `Pillow, onnxruntime     ${python.toFixed(1)} images/s; Foible makes ${(best / python).toFixed(2)} times as many`,
    )
}

/** Images a second of predict_pillow.py; null where python3 does not have what it needs. */
async function pythonRate(model: ModelSpec, paths: readonly string[], cores: number): Promise<number | null> {
  const python = (args: readonly string[]) => promisify(execFile)('python3', args)
  const hasAll = await python(['-c', 'import numpy, onnxruntime, PIL']).catch(() => null)
  if (hasAll === null) return null
  const folder = mkdtempSync(join(tmpdir(), 'foible-bench-'))
  try {
    const listing = join(folder, 'images.txt')
    writeFileSync(listing, paths.join('\n'))
    const script = fileURLToPath(new URL('predict_pillow.py', import.meta.url))
    const { stdout } = await python([script, dirname(model.file), listing, String(cores)])
    return Number(stdout)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function imagePaths(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .sort()
}

/** Images a second of one session with all cores, the tensors lying ready. */
async function bareLoop(model: ModelSpec, cores: number): Promise<number> {
  const session = await InferenceSession.create(model.file, {
    executionProviders: ['cpu'],
    intraOpNumThreads: cores,
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
  })
  let best = 0
  for (const batch of [1, 4, 8, 32]) {
    const values = Float32Array.from({ length: batch * 3 * model.width * model.height }, (_, i) => (i % 255) / 128 - 1)
    const feeds = { [model.input.name]: new Tensor('float32', values, [batch, 3, model.height, model.width]) }
    await session.run(feeds, [model.output.name])
    const startedMs = performance.now()
    let images = 0
    while (performance.now() - startedMs < 2500) {
      await session.run(feeds, [model.output.name])
      images += batch
    }
    best = Math.max(best, (images / (performance.now() - startedMs)) * 1000)
  }
  return best
}

function decodeAll(paths: readonly string[]): number {
  for (const path of paths.slice(0, 50)) decodeImage(readFileSync(path))
  const startedMs = performance.now()
  for (const path of paths) decodeImage(readFileSync(path))
  return (paths.length / (performance.now() - startedMs)) * 1000
}

/** Images a second of all threads together, each with its share. */
async function decodeRate(paths: readonly string[], threads: number): Promise<number> {
  const rates = Array.from({ length: threads }, (_, thread) => {
    const worker = new Worker(new URL(import.meta.url), {
      workerData: paths.filter((_path, i) => i % threads === thread),
    })
    return new Promise<number>((resolve, reject) => worker.once('message', resolve).once('error', reject))
  })
  return (await Promise.all(rates)).reduce((sum, rate) => sum + rate)
}

function preprocessTime(model: ModelSpec, paths: readonly string[]): number {
  const preprocessor = createPreprocessor(model.preprocessing, model.layout)
  const values = new Float32Array(3 * model.width * model.height)
  const images = paths.slice(0, 300).map((path) => decodeImage(readFileSync(path)))
  for (const image of images.slice(0, 50)) preprocessor.fill(image, values, 0)
  const startedMs = performance.now()
  for (const image of images) preprocessor.fill(image, values, 0)
  return (performance.now() - startedMs) / images.length
}

/** From the moment the sessions are ready, as a long run has it. */
async function pipeline(
  model: ModelSpec,
  paths: readonly string[],
  batchSize: number,
): Promise<{ rate: number; startMs: number }> {
  async function* items(): AsyncGenerator<PredictItem> {
    for (const [sampleId, path] of paths.entries()) yield { sampleId, image: { path }, acceptedIds: null }
  }
  const startedMs = performance.now()
  let readyMs = startedMs
  let images = 0
  const onInfo = (_info: PredictorInfo) => (readyMs = performance.now())
  for await (const batch of startPredictor({
    model,
    provider: 'cpu',
    batchSize,
    answers: { kind: 'all' },
    signal,
    items: items(),
    onInfo,
  })) {
    images += batch.sampleIds.length
  }
  return { rate: (images / (performance.now() - readyMs)) * 1000, startMs: readyMs - startedMs }
}

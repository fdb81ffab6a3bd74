// The readers under attack: which files go to each, and the way that a damaged one takes through the program.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { FoibleError } from '#core/errors.ts'
import type { EngineParts } from '#engine/engine-parts.ts'
import { makeThumbnail } from '#engine/images/make-thumbnail.ts'
import { probeImageFile } from '#engine/images/probe-image.ts'
import { importDataset } from '#engine/imports/import-job.ts'
import { openLabelMap } from '#engine/labels/store-label-map.ts'
import { importPredictions } from '#engine/sidecars/import-predictions.ts'
import { inspectSidecar } from '#engine/sidecars/inspect-sidecar.ts'
import { joinFile } from '#engine/sidecars/join-job.ts'
import { inflateNpy, parseNpy } from '#formats/npy.ts'
import { createImageDecoder, defaultMaxPixels, type ImageDecoder } from '#models/preprocess/decode-image.ts'
import { readModel } from '#models/read-model.ts'
import { assertSoundDataset, assertSoundPixels } from './assert-sound.ts'
import { context } from './open-parts.ts'
import type { Random } from './random.ts'

/** What a case works with. */
export interface Bench {
  readonly parts: EngineParts
  /** A dataset to join to. */
  readonly dataset: string
  /** A file that every decoder can read. */
  readonly goodImage: string
}

export interface Reader {
  /** The files of a corpus that are damaged for it. */
  readonly files: Readonly<Record<string, RegExp>>
  /** `file`: the damaged one, in its `folder`. */
  readonly read: (bench: Bench, file: string, folder: string, random: Random) => Promise<void>
}

const zlibStart = 0x78
const fiftyone = ['fiftyone-dataset', 'fiftyone-dataset-dirs', 'fiftyone-dataset-pushed']

export const readers: Readonly<Record<string, Reader>> = {
  json: {
    files: {
      ...among(fiftyone, /(?:samples|metadata|00000[12]-.*)\.json$/),
      'fiftyone-classification': /labels\.json$/,
      'fiftyone-coco': /labels\.json$/,
      'imagenet-d-voxel51': /\.json$/,
      'imagenet-val': /\.json$/,
      'imagenet-real': /\.json$/,
      objectnet: /\.json$/,
    },
    read: importFolder,
  },
  yaml: {
    files: among(['fiftyone-dataset-pushed', 'parquet-hf', 'imagenet-d-voxel51'], /README\.md$|fiftyone\.yml$/),
    read: importFolder,
  },
  table: {
    files: {
      ...among(['table-csv', 'table-tsv', 'table-jsonl', 'folder-jsonl'], /\.(?:csv|tsv|jsonl)$/),
      ...among(['imagefolder', 'imagenet-d', 'imagenet-val', 'waterbirds', 'webdataset'], /\.(?:csv|jsonl|txt)$/),
    },
    read: importFolder,
  },
  tar: { files: among(['webdataset', 'tar-gnu'], /\.tar$/), read: importFolder },
  zip: { files: { 'zip-folder': /\.zip$/ }, read: importFile },
  parquet: { files: { 'parquet-hf': /\.parquet$/, 'folder-parquet': /\.parquet$/ }, read: importFolder },
  'parquet-alone': { files: { 'parquet-codecs': /\.parquet$/ }, read: importFile },
  npy: { files: { arrays: /\.npy$/ }, read: readArray },
  image: { files: { pictures: /./ }, read: readImage },
  onnx: {
    files: { models: /^(?:nchw|names-in-metadata|external-data|softmax|onnx-folder)\/.*(?:\.onnx|config\.json)$/ },
    read: (_, file) => readModel(path.dirname(file), context.signal).then(() => undefined),
  },
  sidecar: { files: { sidecars: /./ }, read: joinSidecar },
  predictions: { files: { predictions: /./ }, read: takePredictions },
  'label-map': { files: { 'label-maps': /./ }, read: (_, file) => openLabelMap(file).then(() => undefined) },
}

function among(names: readonly string[], files: RegExp): Readonly<Record<string, RegExp>> {
  return Object.fromEntries(names.map((name) => [name, files]))
}

async function importFolder(bench: Bench, file: string, folder: string, random: Random): Promise<void> {
  // A table or an archive may also be chosen alone.
  const isAlone = /\.(?:csv|tsv|jsonl|json|parquet|tar)$/.test(file) && random.isLikely(0.2)
  await importPath(bench, isAlone ? file : folder)
}

async function importFile(bench: Bench, file: string): Promise<void> {
  await importPath(bench, file)
}

async function importPath({ parts }: Bench, source: string): Promise<void> {
  const dataset = 'damaged'
  const choices = { name: null, split: null, maxSamples: null, copy: false, format: null, useAdapter: true }
  await importDataset(
    parts,
    { source: { kind: 'path', path: source }, dataset, labelRule: 'first', ...choices },
    context,
  )
  try {
    const handle = parts.library.dataset(dataset)
    assertSoundDataset(handle)
    for (const id of [1, 2, handle.rowCount])
      await expectTyped(parts.images.thumbnail(handle, id, true, context.signal))
  } finally {
    parts.media.forget(dataset)
    parts.library.deleteDataset(dataset)
  }
}

/** An image that cannot be shown says so; the dataset is there all the same. */
async function expectTyped(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!(error instanceof FoibleError)) throw error
  }
}

async function readArray(_: Bench, file: string): Promise<void> {
  const bytes = await readFile(file)
  if (bytes[0] === zlibStart) inflateNpy(bytes, 'array.npy')
  else parseNpy(bytes, 'array.npy')
}

let decoding: Promise<ImageDecoder> | null = null

async function readImage({ goodImage }: Bench, file: string): Promise<void> {
  await probeImageFile(file)
  const bytes = await readFile(file)
  await expectTyped(makeThumbnail(bytes, context.signal))
  decoding ??= createImageDecoder()
  const decode = await decoding
  try {
    assertSoundPixels(decode(bytes), defaultMaxPixels)
  } finally {
    // A decoder that a broken image has broken would fail all that come after.
    assertSoundPixels(decode(await readFile(goodImage)), defaultMaxPixels)
  }
}

async function joinSidecar({ parts, dataset }: Bench, file: string): Promise<void> {
  const handle = parts.library.dataset(dataset)
  await inspectSidecar(handle, file, context.signal)
  await joinFile(parts, { dataset, path: file, joinBy: null, columns: null }, context)
  assertSoundDataset(handle)
}

async function takePredictions({ parts, dataset }: Bench, file: string): Promise<void> {
  await importPredictions(parts, { dataset, path: file, model: 'damaged', joinBy: null }, context)
  assertSoundDataset(parts.library.dataset(dataset))
}

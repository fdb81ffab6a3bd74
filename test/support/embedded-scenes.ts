// A dataset whose images lie in four clusters of an embedding, one a scene, with some that lie between two.
import path from 'node:path'
import { DatasetHandle } from '#engine/dataset-handle.ts'
import { floatToHalf } from '#models/half-floats.ts'
import { insertKeptVectors } from '#store/kept-vector-table.ts'
import { insertRun } from '#store/run-table.ts'
import { listFileNames } from '#store/sample-table.ts'
import { drawColours } from './colour-folder.ts'
import { type TestEngine, openTestEngine } from './test-engine.ts'

/** Values of the field `background` of `drawColours`, which every seventh image lacks. */
export const places = ['wall', 'floor', 'table', 'sky'] as const
export const embeddingRun = 'looks'
/** A run whose embeddings say mostly which class an image has, and a little whether its number is in an odd group of four. */
export const objectRun = 'objects'
const dim = 8

/** How far image `i` leans towards the next place: every sixth nearly half way. */
function leanOf(i: number): number {
  return i % 6 === 5 ? 0.45 : (i % 5) * 0.05
}

/** An engine over a new library in `root`, with `count` images and a run that keeps their embeddings. */
export async function openScenes(root: string, count: number): Promise<{ engine: TestEngine; dataset: string }> {
  const library = path.join(root, 'library')
  await drawColours(path.join(root, 'scenes'), count)
  const importing = await openTestEngine(library)
  const dataset = await importing.import(path.join(root, 'scenes'))
  await importing.close()
  addEmbeddings(path.join(library, 'datasets', dataset), count, embeddingRun, numberOf)
  addEmbeddings(path.join(library, 'datasets', dataset), count, objectRun, objectNumberOf)
  return { engine: await openTestEngine(library), dataset }
}

function addEmbeddings(
  folder: string,
  count: number,
  model: string,
  numbersOf: (i: number, axis: number) => number,
): void {
  const handle = new DatasetHandle('scenes', folder)
  try {
    const id = insertRun(
      handle.db,
      {
        model,
        modelName: model,
        modelSha256: 'ab'.repeat(32),
        protocol: 'unmasked',
        provider: 'cpu',
        state: 'done',
        labelSpace: 'own',
        preprocessing: '',
        unmappedClasses: [],
        imagesPerSecond: null,
        startedAt: '',
        settings: { kept: { embedding: dim } },
      },
      [{ name: 'x', labelId: 0 }],
    )
    const numbers = listFileNames(handle.db).map(numberInName)
    const halves = Uint16Array.from({ length: count * dim }, (_, at) =>
      floatToHalf(numbersOf(numbers[Math.floor(at / dim)]!, at % dim)),
    )
    const sampleIds = Uint32Array.from({ length: count }, (_, i) => i + 1)
    insertKeptVectors(handle.db, id, 'embedding', { sampleIds, halves })
  } finally {
    handle.close()
  }
}

/** `red/004.png` -> 4: the image's place in the drawing, which decides its embedding. */
export function numberInName(fileName: string): number {
  return Number(/(\d+)\.png$/.exec(fileName)![1])
}

export function placeOf(number: number): string {
  return places[(number * 3) % places.length]!
}

function numberOf(i: number, axis: number): number {
  const place = (i * 3) % places.length
  const lean = leanOf(i)
  if (axis === place) return 3 * (1 - lean)
  if (axis === (place + 1) % places.length) return 3 * lean
  return axis < places.length ? 0 : ((i * 7 + axis * 5) % 11) / 100
}

/** Of the class, which is the number modulo 4, and of the group. */
function objectNumberOf(i: number, axis: number): number {
  if (axis < 4) return i % 4 === axis ? 10 : 0
  if (axis === 4) return isOddGroup(i) ? 1 : -1
  return ((i * 7 + axis * 5) % 11) / 50
}

export function isOddGroup(number: number): boolean {
  return Math.floor(number / 4) % 2 === 1
}

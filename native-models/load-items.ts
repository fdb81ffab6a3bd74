// Reads the files of a batch's images; one that cannot be read becomes a sentence that says why.
import { readFile } from 'node:fs/promises'
import type { LoadedItem } from './predict-messages.ts'
import type { PredictItem } from './predictor.ts'

export async function loadItems(items: readonly PredictItem[]): Promise<LoadedItem[]> {
  return Promise.all(
    items.map(async ({ sampleId, image, acceptedIds }) => ({
      sampleId,
      acceptedIds,
      bytes: await readImage(image),
    })),
  )
}

async function readImage(image: PredictItem['image']): Promise<LoadedItem['bytes']> {
  if ('bytes' in image) return image.bytes
  if ('problem' in image) return image.problem
  return await readFile(image.path).catch((error: NodeJS.ErrnoException) => unreadable(image.path, error))
}

function unreadable(path: string, error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return `The file ${path} is missing: put it back, or import the dataset again.`
  return `The file ${path} cannot be read (${error.code ?? error.message}): check its permissions and its disk.`
}

// Weights outside of the .onnx file: every file is there, whole, and one of the model's own.
import { FoibleError } from '#core/errors.ts'
import { realpath, stat } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import type { ExternalData } from './list-external-data.ts'
import { liesIn, ownFolders } from './own-folders.ts'

/** Bytes of all the files. Throws `unsafe_path`, or `model_invalid` for one that is missing or too short (details: `{file, location}`). */
export async function checkExternalData(onnx: string, references: readonly ExternalData[]): Promise<number> {
  const neededBytes = new Map<string, number>()
  for (const { location, offset, length } of references) {
    if (!isCount(offset) || !isCount(length ?? 0)) throw unreadable(onnx, location)
    neededBytes.set(location, Math.max(neededBytes.get(location) ?? 0, offset + (length ?? 0)))
  }
  const folder = dirname(onnx)
  const own = ownFolders(await realpath(folder))
  let sizeBytes = 0
  for (const [location, needed] of neededBytes) {
    const path = join(folder, location)
    if (isAbsolute(location) || !path.startsWith(folder + sep)) throw unsafe(onnx, location)
    const found = await stat(path).catch(() => null)
    if (found === null || !found.isFile()) {
      throw new FoibleError(
        'model_invalid',
        `The model keeps weights in ${location}, which is missing: put that file beside ${onnx}.`,
        { file: onnx, location },
      )
    }
    if (!liesIn(await realpath(path), own)) throw unsafe(onnx, location)
    if (found.size < needed) {
      throw new FoibleError(
        'model_invalid',
        `${location} has ${found.size} bytes where the model needs ${needed}: download it again.`,
        { file: onnx, location, sizeBytes: found.size, neededBytes: needed },
      )
    }
    sizeBytes += found.size
  }
  return sizeBytes
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

/** On every platform, whichever it is that runs: the model may come from another one. */
function isAbsolute(location: string): boolean {
  return location === '' || /^([\\/]|[A-Za-z]:)/.test(location)
}

function unreadable(file: string, location: string): FoibleError {
  return new FoibleError(
    'model_invalid',
    `The model does not say which bytes of ${location} are its weights: export it again.`,
    { file, location },
  )
}

function unsafe(file: string, location: string): FoibleError {
  return new FoibleError(
    'unsafe_path',
    `The model asks for weights in "${location}", outside of its own folder: copy them beside the .onnx file and export it again with that name.`,
    { file, location },
  )
}

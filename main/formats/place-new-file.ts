// A new file beside whatever is in a folder: written under a hidden name, and there only when it is whole.
import { randomBytes } from 'node:crypto'
import { link } from 'node:fs/promises'
import path from 'node:path'
import { FoibleError } from '#core/errors.ts'
import { isCode } from './export-folder.ts'

/** A hidden name beside the file, to write under; nobody else's. */
export function unfinishedName(file: string): string {
  return path.join(path.dirname(file), `.${path.basename(file)}.${randomBytes(6).toString('hex')}.part`)
}

/** Gives what was written its name as well. Throws `already_exists`, and what `link` throws. */
export async function placeNewFile(unfinished: string, file: string): Promise<void> {
  // Unlike a rename, a link replaces nothing.
  await link(unfinished, file).catch((cause: unknown) => {
    throw isCode(cause, 'EEXIST') ? takenFile(file) : cause
  })
}

export function takenFile(file: string): FoibleError {
  return new FoibleError('already_exists', `There is a file “${file}” already; choose another name.`, { file })
}

// New files beside whatever is in a folder: all of them, or none.
import { randomBytes } from 'node:crypto'
import { link, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { FoibleError } from '#core/errors.ts'
import { isCode, translateWriteError } from '#formats/export-folder.ts'

/** Writes files by name; gives their bytes. Throws `already_exists`, `no_space`, `no_permission`, and then leaves nothing behind. */
export async function writeNewFiles(folder: string, files: Readonly<Record<string, string>>): Promise<number> {
  const mark = randomBytes(6).toString('hex')
  const targets = Object.entries(files).map(([name, text]) => ({
    file: path.join(folder, name),
    unfinished: path.join(folder, `.${name}.${mark}.part`),
    text,
  }))
  const placed: string[] = []
  try {
    for (const { unfinished, text } of targets) await writeFile(unfinished, text, { flag: 'wx' })
    for (const { file, unfinished } of targets) {
      // Unlike a rename, a link replaces nothing.
      await link(unfinished, file).catch((cause: unknown) => {
        throw isCode(cause, 'EEXIST') ? taken(file) : cause
      })
      placed.push(file)
    }
  } catch (cause) {
    for (const file of placed) await rm(file, { force: true })
    throw translateWriteError(cause, folder)
  } finally {
    for (const { unfinished } of targets) await rm(unfinished, { force: true })
  }
  return targets.reduce((bytes, { text }) => bytes + Buffer.byteLength(text), 0)
}

function taken(file: string): FoibleError {
  return new FoibleError('already_exists', `There is a file “${file}” already; choose another name.`, { file })
}

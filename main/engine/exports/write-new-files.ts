// New files beside whatever is in a folder: all of them, or none.
import { existsSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { FoibleError } from '#core/errors.ts'
import { translateWriteError } from '#formats/export-folder.ts'

/** Writes files by name; gives their bytes. Throws `already_exists` before anything is written, `no_space`, `no_permission`. */
export async function writeNewFiles(folder: string, files: Readonly<Record<string, string>>): Promise<number> {
  const targets = Object.entries(files).map(([name, text]) => ({ file: path.join(folder, name), text }))
  const taken = targets.find(({ file }) => existsSync(file))
  if (taken !== undefined) {
    const message = `There is a file “${taken.file}” already; choose another name.`
    throw new FoibleError('already_exists', message, { file: taken.file })
  }
  const unfinished = ({ file }: { readonly file: string }) => `${file}.unfinished`
  try {
    for (const target of targets) await writeFile(unfinished(target), target.text)
    for (const target of targets) await rename(unfinished(target), target.file)
  } catch (cause) {
    throw translateWriteError(cause, folder)
  } finally {
    for (const target of targets) await rm(unfinished(target), { force: true })
  }
  return targets.reduce((bytes, { text }) => bytes + Buffer.byteLength(text), 0)
}

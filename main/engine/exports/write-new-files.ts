// New files beside whatever is in a folder: all of them, or none.
import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { translateWriteError } from '#formats/export-folder.ts'
import { placeNewFile, unfinishedName } from '#formats/place-new-file.ts'

/** Writes files by name; gives their bytes. Throws `already_exists`, `no_space`, `no_permission`, and then leaves nothing behind. */
export async function writeNewFiles(folder: string, files: Readonly<Record<string, string>>): Promise<number> {
  const targets = Object.entries(files).map(([name, text]) => {
    const file = path.join(folder, name)
    return { file, unfinished: unfinishedName(file), text }
  })
  const placed: string[] = []
  try {
    for (const { unfinished, text } of targets) await writeFile(unfinished, text, { flag: 'wx' })
    for (const { file, unfinished } of targets) {
      await placeNewFile(unfinished, file)
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

// Writes the files of a double: a few at once, folders made once.
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

const together = 16

export interface DoubleFile {
  /** Relative to the double's folder. */
  readonly path: string
  readonly content: () => string | Uint8Array | Promise<Uint8Array>
}

export async function writeFiles(folder: string, files: readonly DoubleFile[]): Promise<void> {
  const folders = new Set(files.map((file) => path.dirname(path.join(folder, file.path))))
  for (const each of folders) await mkdir(each, { recursive: true })
  for (let start = 0; start < files.length; start += together) {
    await Promise.all(
      files.slice(start, start + together).map(async (file) => {
        await writeFile(path.join(folder, file.path), await file.content())
      }),
    )
  }
}

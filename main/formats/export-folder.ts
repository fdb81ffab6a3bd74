// The folder an export is written to: a hidden sibling that gets its name when everything is in it, or vanishes.
import { copyFile, link, mkdir, open, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { constants } from 'node:fs'
import path from 'node:path'
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { ExportMedia, ExportOptions, ExportSample, ExportSummary, MediaMode } from './export-sample.ts'
import { isImagePath, sniffImageExtension } from './image-type.ts'
import { assertRelativePath } from './safe-path.ts'

const flushBytes = 1 << 20

export interface ExportFolder {
  readonly root: string
  /** Writes a file, making its folders. */
  write(relative: string, content: string | Uint8Array): Promise<void>
  /** Opens a text file to be appended to; buffered. */
  openText(relative: string): Promise<TextSink>
  /** Puts a sample's image under `prefix` and its own name; gives that name (with an extension if it had none). */
  place(sample: ExportSample, prefix: string, mode: MediaMode): Promise<string>
  /** Puts a further file of the dataset at its own path, once. */
  carry(media: ExportMedia, relative: string, mode: MediaMode): Promise<void>
  /** The bytes of a sample's image, to be written into a file of the export. */
  read(sample: ExportSample): Promise<Uint8Array>
}

export interface TextSink {
  append(text: string): Promise<void>
  close(): Promise<void>
}

/**
 * Runs `fill` on a new folder, adds the manifest, and gives the folder its name. Whatever fails, nothing is left behind.
 * Throws `already_exists` for a folder with something in it, `no_space`, `no_permission`, `cancelled`.
 */
export async function writeExportFolder(
  options: ExportOptions,
  fill: (folder: ExportFolder) => Promise<number>,
): Promise<ExportSummary> {
  const target = path.resolve(options.folder)
  await assertFree(target)
  const root = path.join(path.dirname(target), `.${path.basename(target)}.part`)
  try {
    await rm(root, { recursive: true, force: true })
    await mkdir(root, { recursive: true })
    const images = { copied: 0, linked: 0 }
    const folder = createFolder(root, images)
    const samples = await fill(folder)
    throwIfCancelled(options.signal)
    const summary = { samples, ...(await measure(root)), ...images }
    await folder.write('manifest.json', `${JSON.stringify(options.manifest(summary), null, 2)}\n`)
    await rmdir(target).catch(ignoreMissing)
    await rename(root, target)
    return { ...summary, ...(await measure(target)) }
  } catch (cause) {
    await rm(root, { recursive: true, force: true })
    throw translateWriteError(cause, target)
  }
}

/** Samples in order, watching for cancellation and telling of progress. */
export async function* watchSamples(options: ExportOptions): AsyncGenerator<ExportSample> {
  let done = 0
  for await (const sample of options.samples) {
    throwIfCancelled(options.signal)
    yield sample
    options.onProgress?.(++done)
  }
}

async function assertFree(target: string): Promise<void> {
  const children = await readdir(target).catch((cause: unknown) => {
    if (isCode(cause, 'ENOENT')) return []
    if (isCode(cause, 'ENOTDIR')) throw occupied(target, 'is a file')
    throw translateWriteError(cause, target)
  })
  if (children.length > 0) throw occupied(target, 'is not empty')
}

function occupied(target: string, why: string): FoibleError {
  return new FoibleError('already_exists', `“${target}” ${why}; choose another folder for the export.`, {
    folder: target,
  })
}

function createFolder(root: string, images: { copied: number; linked: number }): ExportFolder {
  const taken = new Set<string>()
  const carried = new Set<string>()
  const locate = async (relative: string) => {
    const file = path.join(root, assertRelativePath(relative))
    await mkdir(path.dirname(file), { recursive: true })
    return file
  }
  return {
    root,
    write: async (relative, content) => await writeFile(await locate(relative), content),
    async openText(relative) {
      const handle = await open(await locate(relative), 'w')
      let buffer = ''
      const flush = async () => {
        await handle.appendFile(buffer)
        buffer = ''
      }
      return {
        async append(text) {
          buffer += text
          if (buffer.length > flushBytes) await flush()
        },
        async close() {
          await flush()
          await handle.close()
        },
      }
    },
    async place(sample, prefix, mode) {
      const bytes = mode !== 'none' && sample.media.kind === 'bytes' ? await sample.media.read() : null
      const name = freeName(isImagePath(sample.fileName) ? sample.fileName : await addExtension(sample, bytes), taken)
      taken.add(name)
      if (mode === 'none') return name
      const target = await locate(prefix + name)
      if (bytes) await writeFile(target, bytes)
      const isLinked = sample.media.kind === 'path' && (await placeFile(sample.media.path, target, mode))
      images[isLinked ? 'linked' : 'copied']++
      return name
    },
    async carry(media, relative, mode) {
      if (carried.has(relative)) return
      carried.add(relative)
      const target = await locate(relative)
      if (media.kind === 'path') await placeFile(media.path, target, mode)
      else await writeFile(target, await media.read())
    },
    async read(sample) {
      images.copied++
      return sample.media.kind === 'path' ? await readFile(sample.media.path) : await sample.media.read()
    },
  }
}

/** Whether it could be linked; otherwise it was copied. */
async function placeFile(source: string, target: string, mode: MediaMode): Promise<boolean> {
  if (mode === 'link') {
    try {
      await link(source, target)
      return true
    } catch (error) {
      // Another disk, or a file system without hard links: a copy does the same.
      if (!isCode(error, 'EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK')) throw error
    }
  }
  await copyFile(source, target, constants.COPYFILE_FICLONE)
  return false
}

/** A name that other programs take for an image, by the first bytes; `.jpg` if they say nothing. */
async function addExtension(sample: ExportSample, bytes: Uint8Array | null): Promise<string> {
  const head = bytes ?? (sample.media.kind === 'path' ? await readHead(sample.media.path) : new Uint8Array())
  return `${sample.fileName}.${sniffImageExtension(head) ?? 'jpg'}`
}

async function readHead(file: string): Promise<Uint8Array> {
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(16), 0, 16, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  const dot = name.lastIndexOf('.')
  for (let n = 0; ; n++) {
    const candidate = n === 0 ? name : `${name.slice(0, dot)}-${n}${name.slice(dot)}`
    if (!taken.has(candidate)) return candidate
  }
}

async function measure(root: string): Promise<{ files: number; bytes: number }> {
  let files = 0
  let bytes = 0
  for (const child of await readdir(root, { withFileTypes: true })) {
    const full = path.join(root, child.name)
    const inner = child.isDirectory() ? await measure(full) : { files: 1, bytes: (await stat(full)).size }
    files += inner.files
    bytes += inner.bytes
  }
  return { files, bytes }
}

export function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
}

function ignoreMissing(error: unknown): void {
  if (!isCode(error, 'ENOENT')) throw error
}

export function translateWriteError(cause: unknown, target: string): unknown {
  if (isCode(cause, 'ENOSPC', 'EDQUOT')) {
    return new FoibleError(
      'no_space',
      `The disk of “${target}” is full; make room or choose another folder.`,
      { folder: target },
      { cause },
    )
  }
  if (isCode(cause, 'EACCES', 'EPERM', 'EROFS')) {
    return new FoibleError(
      'no_permission',
      `Foible may not write to “${target}”; choose another folder.`,
      { folder: target },
      { cause },
    )
  }
  if (isCode(cause, 'ENOENT') && cause instanceof Error && 'path' in cause) {
    return new FoibleError(
      'not_found',
      `The image “${String(cause.path)}” is not there; put it back, or export without images.`,
      { file: cause.path },
      { cause },
    )
  }
  return cause
}

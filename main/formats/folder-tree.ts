// A local folder (or one file of it) as a tree of files. Reads only; follows no link and shows no hidden file.
import { createReadStream, lstatSync } from 'node:fs'
import { lstat, open, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { AsyncFile, FileTree, TreeEntry } from './dataset-reader.ts'
import { createFindingLog } from './finding-log.ts'
import { maxPathLength } from './limits.ts'
import { assertRelativePath, isHiddenName } from './safe-path.ts'
import { letOthersRun } from './let-others-run.ts'

/** Files whose sizes are asked for in one go, before other work gets its turn. */
const statsPerTurn = 500

/** Files that speak of the images beside them. */
const indexFiles = /\.(?:csv|tsv|jsonl|ndjson|json|parquet)$/i

/**
 * The tree of a folder, or of a single file: the folder around an index of images, a tree of one for all others. Throws `not_found` if
 * there is neither.
 */
export async function createFolderTree(sourcePath: string): Promise<FileTree> {
  const absolute = path.resolve(sourcePath)
  const info = await lstat(absolute).catch((cause: unknown) => {
    throw translateFsError(cause, absolute)
  })
  if (info.isSymbolicLink()) {
    throw new FoibleError('unsafe_path', `“${absolute}” is a link; give the folder that it points to.`, {
      path: absolute,
    })
  }
  const root = info.isDirectory() ? absolute : path.dirname(absolute)
  const chosen = info.isDirectory() ? null : path.basename(absolute)
  const isAlone = chosen !== null && !indexFiles.test(chosen)
  const only = isAlone ? { path: chosen, sizeBytes: info.size, sha256: null } : null
  const findings = createFindingLog()
  const locate = (relative: string) => path.join(root, assertRelativePath(relative))

  return {
    name: path.basename(absolute),
    root,
    ...(chosen === null ? {} : { chosen }),
    findings: findings.list,
    list: async (signal) => (only ? [only] : await listFolder(root, findings, signal)),
    async read(relative, maxBytes, signal) {
      const file = locate(relative)
      const { size } = await lstat(file).catch((cause: unknown) => {
        throw translateFsError(cause, file)
      })
      if (size > maxBytes) throw tooLarge(relative, size, maxBytes)
      return await readFile(file, { signal })
    },
    async *stream(relative, signal) {
      const file = locate(relative)
      try {
        for await (const chunk of createReadStream(file, { signal, highWaterMark: 1 << 20 })) yield chunk as Uint8Array
      } catch (cause) {
        throwIfCancelled(signal)
        throw translateFsError(cause, file)
      }
    },
    open: async (relative) => await openFile(locate(relative)),
    openWhole: async (relative) => await openFile(locate(relative)),
  }
}

/** A refusal to read a file into memory that is larger than any sensible one of its kind. */
export function tooLarge(file: string, sizeBytes: number, maxBytes: number): FoibleError {
  return new FoibleError(
    'too_large',
    `“${file}” has ${sizeBytes} bytes, more than the ${maxBytes} that Foible reads at once.`,
    { file },
  )
}

async function listFolder(
  root: string,
  findings: ReturnType<typeof createFindingLog>,
  signal: AbortSignal,
): Promise<readonly TreeEntry[]> {
  const entries: TreeEntry[] = []
  let statsInTurn = 0
  const walk = async (relativeDir: string): Promise<void> => {
    throwIfCancelled(signal)
    const absoluteDir = path.join(root, relativeDir)
    const children = await readdir(absoluteDir, { withFileTypes: true }).catch((cause: unknown) => {
      throw translateFsError(cause, absoluteDir)
    })
    children.sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const child of children) {
      if (isHiddenName(child.name)) continue
      const relative = relativeDir === '' ? child.name : `${relativeDir}/${child.name}`
      if (child.isSymbolicLink()) findings.add('link', relative)
      else if (/[\\\x00-\x1f]/.test(child.name) || absoluteDir.length + child.name.length >= maxPathLength)
        findings.add('unsafe_name', relative)
      else if (child.isDirectory()) await walk(relative)
      else if (child.isFile()) {
        // One synchronous call costs 2 µs; a hundred thousand asynchronous ones cost seconds.
        const info = lstatSync(path.join(root, relative), { throwIfNoEntry: false })
        // A name that is no UTF-8 leads nowhere; a file may also have gone meanwhile.
        if (info === undefined) findings.add('unsafe_name', relative)
        else entries.push({ path: relative, sizeBytes: info.size, sha256: null })
        if (++statsInTurn % statsPerTurn === 0) {
          await letOthersRun(signal)
        }
      }
    }
  }
  await walk('')
  return entries
}

/** Random access to a local file; the handle is opened for each slice, so that nothing has to be closed. */
async function openFile(file: string): Promise<AsyncFile> {
  const { size } = await lstat(file).catch((cause: unknown) => {
    throw translateFsError(cause, file)
  })
  return {
    byteLength: size,
    async slice(start, end = size) {
      const buffer = new ArrayBuffer(Math.max(0, Math.min(end, size) - start))
      const handle = await open(file, 'r').catch((cause: unknown) => {
        throw translateFsError(cause, file)
      })
      try {
        let filled = 0
        while (filled < buffer.byteLength) {
          const { bytesRead } = await handle.read(
            new Uint8Array(buffer, filled),
            0,
            buffer.byteLength - filled,
            start + filled,
          )
          if (bytesRead === 0) {
            throw new FoibleError('broken_file', `“${file}” has become shorter while it was read.`, {
              file,
              position: start + filled,
            })
          }
          filled += bytesRead
        }
      } finally {
        await handle.close()
      }
      return buffer
    },
  }
}

function translateFsError(cause: unknown, file: string): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new FoibleError('not_found', `There is no file or folder “${file}”.`, { file }, { cause })
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new FoibleError(
      'no_permission',
      `Foible may not read “${file}”; change its permissions and try again.`,
      { file },
      { cause },
    )
  }
  if (code === 'ENAMETOOLONG' || code === 'ELOOP') {
    const message = `“${file}” is a longer path than this system follows; move the dataset up a few folders.`
    return new FoibleError('unsafe_path', message, { file }, { cause })
  }
  return cause
}

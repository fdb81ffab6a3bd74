// Where a model's files lie: the .onnx of a path or folder, and the configs and the card beside it.
import { FoibleError } from '#core/errors.ts'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'

export interface ModelFiles {
  /** Absolute path of the .onnx file. */
  readonly onnx: string
  /** What a person would call it: the model's folder, or the file's name where it lies among others. */
  readonly name: string
  readonly config: FoundJson | null
  readonly preprocessor: FoundJson | null
  /** Text of the README. */
  readonly card: string | null
}

export interface FoundJson {
  readonly file: string
  readonly json: unknown
}

const preferred = ['model.onnx', 'onnx/model.onnx']

/**
 * @param path An .onnx file, or a folder with `model.onnx`, `onnx/model.onnx` or one .onnx file.
 * Throws `not_found`, `model_invalid` (a config that is no JSON) or `usage` (several .onnx files and none preferred).
 */
export async function findModelFiles(path: string): Promise<ModelFiles> {
  const onnx = await findOnnx(resolve(path))
  const folder = dirname(onnx)
  const folders = basename(folder) === 'onnx' ? [folder, dirname(folder)] : [folder]
  const onnxFiles = (await readdir(folder)).filter((name) => name.endsWith('.onnx'))
  const isOnlyModel = basename(onnx) === 'model.onnx' || onnxFiles.length === 1
  return {
    onnx,
    name: isOnlyModel ? basename(folders.at(-1) ?? folder) : basename(onnx, '.onnx'),
    config: await firstJson(folders, 'config.json'),
    preprocessor: await firstJson(folders, 'preprocessor_config.json'),
    card: await firstText(folders, 'README.md'),
  }
}

async function findOnnx(path: string): Promise<string> {
  const found = await stat(path).catch(() => null)
  if (found === null)
    throw new FoibleError('not_found', `There is no model at ${path}: choose an .onnx file, or a folder with one.`, {
      path,
    })
  if (found.isFile()) return path
  for (const name of preferred) {
    const candidate = join(path, name)
    if ((await stat(candidate).catch(() => null))?.isFile()) return candidate
  }
  const files = (await readdir(path)).filter((name) => name.toLowerCase().endsWith('.onnx')).sort()
  const [only] = files
  if (only === undefined) {
    throw new FoibleError(
      'not_found',
      `There is no .onnx file in ${path}: choose the file itself, or export the model to ONNX.`,
      { path },
    )
  }
  if (files.length > 1) {
    throw new FoibleError(
      'usage',
      `There are ${files.length} .onnx files in ${path}: choose one of ${files.join(', ')}.`,
      { path, files },
    )
  }
  return join(path, only)
}

async function firstText(folders: readonly string[], name: string): Promise<string | null> {
  for (const folder of folders) {
    const text = await readFile(join(folder, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    if (text !== null) return text
  }
  return null
}

async function firstJson(folders: readonly string[], name: string): Promise<FoundJson | null> {
  const text = await firstText(folders, name)
  if (text === null) return null
  try {
    return { file: name, json: JSON.parse(text) }
  } catch (cause) {
    throw new FoibleError(
      'model_invalid',
      `${name} beside the model is no valid JSON: mend it, or download it again.`,
      { file: name },
      { cause },
    )
  }
}

// Where a model's files lie: the .onnx of a path or folder, and the configs, class names and the card beside it.
import { FoibleError } from '#core/errors.ts'
import { labelFiles } from '#core/models/model-companions.ts'
import { type ModelVariants, type SizedFile, chooseVariant, listVariants } from '#core/models/model-variants.ts'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'

export interface ModelFiles {
  /** Absolute path of the .onnx file. */
  readonly onnx: string
  /** What a person would call it: the model's folder, or the file's name where it lies among others. */
  readonly name: string
  readonly config: FoundJson | null
  readonly preprocessor: FoundJson | null
  /** A list of class names. */
  readonly labels: FoundText | null
  /** Text of the README. */
  readonly card: string | null
}

export interface FoundJson {
  readonly file: string
  readonly json: unknown
}

interface FoundText {
  readonly file: string
  readonly text: string
}

/** Of what is read beside a model: lists of 21,841 classes are some 2 MB long. */
const maxTextBytes = 32 * 2 ** 20

/**
 * @param path An .onnx file, or a folder with graphs in it or in its `onnx/`.
 * @param variant Which of a folder's graphs, see `chooseVariant`.
 * Throws `not_found`, `model_invalid` (a config that is no JSON), `too_large` or `usage` (several .onnx files and none preferred).
 */
export async function findModelFiles(path: string, variant: string | null): Promise<ModelFiles> {
  const onnx = await findOnnx(resolve(path), variant)
  const folder = dirname(onnx)
  const folders = foldersOf(onnx)
  const { variants, chosen } = listVariants(await listSizes(folder, ''))
  const isUsual = chosen?.file === basename(onnx)
  const isOnlyModel = basename(onnx) === 'model.onnx' || variants.length === 1
  const folderName = basename(folders.at(-1) ?? folder)
  const ownPrecision = variants.find(({ file }) => file === basename(onnx))?.name ?? ''
  const stem = basename(onnx, '.onnx')
  return {
    onnx,
    name: isOnlyModel ? folderName : /^(vision_)?model/.test(stem) && !isUsual ? `${folderName}-${ownPrecision}` : stem,
    ...(await findCompanions(folders, stem)),
  }
}

/**
 * What lies beside a graph and describes it.
 * @param folders Those nearer to the graph first.
 * @param stem The graph's file name without its ending.
 */
export async function findCompanions(
  folders: readonly string[],
  stem: string,
): Promise<Pick<ModelFiles, 'config' | 'preprocessor' | 'labels' | 'card'>> {
  return {
    config: await firstJson(folders, 'config.json'),
    preprocessor: await firstJson(folders, 'preprocessor_config.json'),
    labels: await firstText(folders, [`${stem}.labels.txt`, `${stem}.txt`, `${stem}.names`, ...labelFiles]),
    card: (await firstText(folders, ['README.md']))?.text ?? null,
  }
}

/** Where what describes a graph lies: beside it, and above where its folder is only for graphs. */
export function foldersOf(onnx: string): readonly string[] {
  const folder = dirname(onnx)
  return basename(folder) === 'onnx' ? [folder, dirname(folder)] : [folder]
}

/** The graphs of a folder, or the one file. Throws `not_found`. */
export async function findVariants(path: string): Promise<ModelVariants> {
  const whole = resolve(path)
  const found = await stat(whole).catch(() => null)
  if (found === null) throw nothingAt(path)
  if (found.isFile()) return listVariants(await listSizes(dirname(whole), '', basename(whole)))
  return listVariants([...(await listSizes(whole, '')), ...(await listSizes(join(whole, 'onnx'), 'onnx/'))])
}

async function findOnnx(path: string, variant: string | null): Promise<string> {
  const found = await stat(path).catch(() => null)
  if (found === null) throw nothingAt(path)
  if (found.isFile()) return path
  const variants = await findVariants(path)
  if (variants.variants.length === 0) {
    throw new FoibleError(
      'not_found',
      `There is no .onnx file in ${path}: choose the file itself, or export the model to ONNX.`,
      { path },
    )
  }
  return join(path, chooseVariant(variants, variant, path).file)
}

function nothingAt(path: string): FoibleError {
  return new FoibleError('not_found', `There is no model at ${path}: choose an .onnx file, or a folder with one.`, {
    path,
  })
}

/** Files directly in a folder, those of one name only where it is given; none where there is no such folder. */
async function listSizes(folder: string, prefix: string, only = ''): Promise<SizedFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
    throw error
  })
  const files = entries.filter((entry) => !entry.isDirectory() && entry.name.startsWith(only))
  const sizes = files.map(async ({ name }) => {
    const found = await stat(join(folder, name)).catch(() => null) // A link that leads nowhere.
    return found?.isFile() === true ? [{ path: `${prefix}${name}`, sizeBytes: found.size }] : []
  })
  return (await Promise.all(sizes)).flat()
}

/** The first of the names that is there, whatever its case, in the first of the folders that has one. */
async function firstText(folders: readonly string[], names: readonly string[]): Promise<FoundText | null> {
  for (const folder of folders) {
    const entries = await readdir(folder, { withFileTypes: true })
    const there = new Map(
      entries.flatMap((it) => (it.isDirectory() ? [] : [[it.name.toLowerCase(), it.name] as const])),
    )
    const file = names.flatMap((name) => there.get(name.toLowerCase()) ?? [])[0]
    if (file !== undefined) return { file, text: await readText(join(folder, file)) }
  }
  return null
}

/** A description of a model, read whole. Throws `too_large`. */
export async function readText(file: string): Promise<string> {
  const handle: FileHandle = await open(file)
  try {
    const { size } = await handle.stat()
    if (size <= maxTextBytes) return await handle.readFile('utf8')
    throw new FoibleError(
      'too_large',
      `${basename(file)} beside the model has ${size} bytes, more than any description of one: move it elsewhere.`,
      { file, sizeBytes: size },
    )
  } finally {
    await handle.close()
  }
}

/** The first file of that name. Throws `model_invalid` where it is no JSON, `too_large`. */
export async function firstJson(folders: readonly string[], name: string): Promise<FoundJson | null> {
  const found = await firstText(folders, [name])
  if (found === null) return null
  try {
    return { file: name, json: JSON.parse(found.text.replace(/^\uFEFF/, '')) }
  } catch (cause) {
    throw new FoibleError(
      'model_invalid',
      `${name} beside the model is no valid JSON: mend it, or download it again.`,
      { file: name },
      { cause },
    )
  }
}

// The ONNX graphs of a folder or repository: one model in several precisions, as exporters name them, or several models.
import { FoibleError } from '../errors.ts'
import { splitName } from './split-name.ts'
import { findTextHalf, listTextHalves } from './text-halves.ts'

export interface ModelVariant {
  /** `fp32`, `fp16`, `int8`, `q4` ...; where a source holds several models, the path without `.onnx`. */
  readonly name: string
  /** Path of the graph in its source. */
  readonly file: string
  /** Of the graph, of its text half where it has one, and of the weights that lie beside them under their names. */
  readonly sizeBytes: number
}

export interface ModelVariants {
  readonly variants: readonly ModelVariant[]
  /** What is taken where nobody chooses: full precision; null where the source holds several models. */
  readonly chosen: ModelVariant | null
}

export interface SizedFile {
  readonly path: string
  readonly sizeBytes: number
}

const preferred = ['model.onnx', 'onnx/model.onnx']

/** Weights beside a graph: `model.onnx_data`, `model.onnx_data_1`, `model.onnx.data`. */
function isDataOf(path: string, graph: string): boolean {
  return path.startsWith(graph) && /^[._]data(?:_\d+)?$/.test(path.slice(graph.length))
}

/** The graphs among a source's files, in the order in which somebody would choose them. */
export function listVariants(files: readonly SizedFile[]): ModelVariants {
  const found = files.filter(({ path }) => /\.onnx$/i.test(path))
  // What encodes texts comes with what encodes images.
  const texts = listTextHalves(found.map(({ path }) => path))
  const graphs = found.filter(({ path }) => !texts.has(path)).map((file) => ({ ...file, ...splitName(file.path) }))
  const isOneModel = new Set(graphs.map(({ base }) => base)).size === 1
  const taken = new Set<string>()
  const nameOf = (path: string, precision: string): string => {
    // The same precision at the root and in onnx/ is told apart by its path.
    const name = isOneModel && !taken.has(precision) ? precision : path.slice(0, -'.onnx'.length)
    taken.add(name)
    return name
  }
  const variants = graphs
    .toSorted((a, b) => a.rank - b.rank || (a.path < b.path ? -1 : 1))
    .map(({ path, precision }) => ({ name: nameOf(path, precision), file: path, sizeBytes: sizeOf(path, files) }))
  const usual = preferred.flatMap((path) => variants.filter(({ file }) => file === path))
  return { variants, chosen: usual[0] ?? (isOneModel ? (variants[0] ?? null) : null) }
}

function sizeOf(graph: string, files: readonly SizedFile[]): number {
  const isPart = partsOf(graph, files)
  return files.reduce((sum, { path, sizeBytes }) => (isPart(path) ? sum + sizeBytes : sum), 0)
}

/** Tells whether a file is a graph, its text half, or the weights of either. */
export function partsOf(graph: string, files: readonly Pick<SizedFile, 'path'>[]): (path: string) => boolean {
  const text = findTextHalf(
    graph,
    files.map(({ path }) => path),
  )
  return (path) => [graph, text].some((whole) => whole !== null && (path === whole || isDataOf(path, whole)))
}

/**
 * The graph that `wanted` names, by its name, path or file name; the usual one where it is null.
 * Throws `unsupported_format` without any, `usage` where somebody has to choose, and `not_found` (details: `{variants}`).
 */
export function chooseVariant(found: ModelVariants, wanted: string | null, source: string): ModelVariant {
  const { variants, chosen } = found
  const names = variants.map(({ name }) => name)
  if (variants.length === 0) {
    throw new FoibleError(
      'unsupported_format',
      `${source} has no ONNX file: export the model to ONNX (e.g. with optimum) and add the file.`,
      { source },
    )
  }
  if (wanted === null) {
    if (chosen !== null) return chosen
    throw new FoibleError(
      'usage',
      `There are ${variants.length} ONNX files in ${source}: choose one of ${names.join(', ')}.`,
      { source, variants: names, files: variants.map(({ file }) => file) },
    )
  }
  const variant =
    variants.find(({ name, file }) => name === wanted || file === wanted) ??
    variants.find(({ file }) => [wanted, `${wanted}.onnx`].includes(file.split('/').at(-1) ?? file))
  if (variant !== undefined) return variant
  throw new FoibleError('not_found', `${source} has no variant “${wanted}”: choose one of ${names.join(', ')}.`, {
    source,
    variants: names,
  })
}

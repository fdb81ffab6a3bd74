// A cube: counts made elsewhere, instead of images. One Parquet file, or a folder of such files as Spark writes them.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import { countNoun } from '../count-noun.ts'
import type { DatasetReader, FileTree, TreeOutline } from '../dataset-reader.ts'
import { readDatasetCard } from '../dataset-card.ts'
import { parquetColumns, readParquetMetadata } from '../parquet-file.ts'
import type { ParquetSource } from '../parquet-sources.ts'
import { extension } from '../safe-path.ts'
import { parseTerms } from './cube-terms.ts'
import { isCube, planCube } from './plan-cube.ts'
import { readCells } from './read-cells.ts'

/** Names that `datasets` gives to shards of samples: of many such, no footer is asked for. */
const shardName = /-\d{5}-of-\d{5}\.parquet$/i
const fewFiles = 8
/** A folder as Hive and Spark’s `partitionBy` name it. */
const partitionFolder = /(?:^|\/)(([^/=]+)=[^/]*)(?=\/)/g

export const cubeReader: DatasetReader = {
  format: 'cube',
  async recognise(outline) {
    const files = parquetFiles(outline.paths)
    const [first] = files
    const isOther = outline.fiftyoneFormat !== null || outline.card.features.images.length > 0
    const isSharded = files.length > fewFiles && shardName.test(first ?? '')
    if (first === undefined || isOther || isSharded || !(await startsCube(outline, first))) return null
    return `${outline.subject} ${countNoun(files.length, 'Parquet file')} of counts: a cube.`
  },
  async read(tree, entries, options, reason) {
    if (options.split !== null || options.maxSamples !== null) {
      const message =
        'A cube is counted already, and has neither splits nor single samples: import all of it, and filter then.'
      throw new FoibleError('usage', message)
    }
    const card = await readDatasetCard(tree, entries, options.signal)
    const paths = parquetFiles(tree.chosen === undefined ? entries.map((entry) => entry.path) : [tree.chosen])
    const sources = await openAll(tree, paths, options.signal)
    const [first] = sources
    const plan = planCube(first.metadata, first.name)
    return {
      format: 'cube',
      reason,
      fields: [],
      labelField: plan.terms.class,
      classes: null,
      description: card.description,
      license: card.license,
      cube: { terms: plan.terms, read: async () => await readCells(sources, plan, options.signal) },
      batches: noBatches(),
      findings: () => [],
    }
  },
}

function parquetFiles(paths: readonly string[]): string[] {
  return paths.filter((path) => extension(path) === 'parquet' && !/(?:^|\/)[._]/.test(path))
}

/** The parts of one cube. One with other columns would be missing from every total, one with other terms would change what all count. */
async function openAll(
  tree: FileTree,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly [ParquetSource, ...ParquetSource[]]> {
  const shapes = new Set<string>()
  const said = new Set<string>()
  const sources: ParquetSource[] = []
  for (const name of paths) {
    throwIfCancelled(signal)
    const file = await tree.open(name, signal)
    const metadata = await readParquetMetadata(file, name)
    const columns = parquetColumns(metadata)
    refusePartition(
      name,
      columns.map(({ element }) => element.name),
    )
    shapes.add(JSON.stringify(columns.map(({ element }) => [element.name, element.type])))
    said.add(JSON.stringify(parseTerms(metadata.key_value_metadata, name)))
    if (shapes.size > 1) {
      const message = `“${name}” has other columns than “${paths[0]}”, so they are not one cube; import one of them alone.`
      throw new FoibleError('unsupported_format', message, { file: name })
    }
    if (said.size > 1) {
      const message = `“${name}” says of its fields, models, source or filter something else than “${paths[0]}”, so they are not one cube; import one of them alone.`
      throw new FoibleError('unsupported_format', message, { file: name })
    }
    sources.push({ name, split: null, file, metadata })
  }
  const [first, ...others] = sources
  if (first !== undefined) return [first, ...others]
  const message = `There is no Parquet file in “${tree.name}”; choose a cube’s file or folder.`
  throw new FoibleError('empty_source', message, { name: tree.name })
}

/** Throws `unsupported_format` where a folder's name has the values of a field that is in no column. */
function refusePartition(file: string, columns: readonly string[]): void {
  for (const [, folder, field] of file.matchAll(partitionFolder)) {
    if (columns.includes(field!)) continue
    const message = `“${file}” has “${field}” in the name of its folder “${folder}” only, which Foible does not read; write the cube with a column “${field}” (Spark: without partitionBy).`
    throw new FoibleError('unsupported_format', message, { file, field })
  }
}

/** What is no Parquet file is left to the reader that says so. */
async function startsCube(outline: TreeOutline, path: string): Promise<boolean> {
  const file = await outline.open(path)
  try {
    return isCube(await readParquetMetadata(file, path))
  } catch (error) {
    if (error instanceof FoibleError && (error.code === 'broken_file' || error.code === 'too_large')) return false
    throw error
  }
}

/** Cells are no samples: they come as one whole. */
async function* noBatches(): AsyncGenerator<never> {}

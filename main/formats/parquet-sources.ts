// Which Parquet files of a tree are read together, and the split of each.
import type { FileMetaData } from 'hyparquet'
import { throwIfCancelled } from '#core/errors.ts'
import type { DatasetCard } from './dataset-card.ts'
import type { AsyncFile, FileTree, ReadOptions } from './dataset-reader.ts'
import type { FindingLog } from './finding-log.ts'
import { parquetColumns, readParquetMetadata } from './parquet-file.ts'
import { splitsByCard, splitsByWords } from './splits.ts'

export interface ParquetSource {
  readonly name: string
  readonly split: string | null
  readonly file: AsyncFile
  readonly metadata: FileMetaData
}

/** The files of the chosen split in one configuration, opened; those left out become findings. */
export async function openParquetSources(
  tree: FileTree,
  paths: readonly string[],
  card: DatasetCard,
  options: ReadOptions,
  findings: FindingLog,
): Promise<readonly ParquetSource[]> {
  const { splits, isListed } = findSplits(paths, card, findings)
  const sources: ParquetSource[] = []
  let shape: string | null = null
  for (const name of paths) {
    throwIfCancelled(options.signal)
    const split = splits.get(name) ?? null
    if (isListed && split === null) findings.add('outside_config', name)
    else if (options.split === null || split === options.split) {
      const file = await tree.open(name, options.signal)
      const metadata = await readParquetMetadata(file, name)
      const ownShape = JSON.stringify(parquetColumns(metadata).map((column) => column.element.name))
      shape ??= ownShape
      // Files of another configuration: `datasets` keeps them apart as well.
      if (ownShape === shape) sources.push({ name, split, file, metadata })
      else findings.add('outside_config', name)
    }
  }
  return sources
}

/** `isListed`: files without a split are not part of the dataset. */
function findSplits(
  paths: readonly string[],
  card: DatasetCard,
  findings: FindingLog,
): { readonly splits: ReadonlyMap<string, string>; readonly isListed: boolean } {
  const byCard = card.dataFiles ? splitsByCard(paths, card.dataFiles) : new Map<string, string>()
  if (byCard.size > 0) return { splits: byCard, isListed: true }
  const converted = splitsByConversion(paths, findings)
  if (converted) return { splits: converted, isListed: true }
  return { splits: splitsByWords(paths, true), isListed: false }
}

/** `<config>/<split>/0000.parquet`, or `<config>/partial-<split>/…` where a split is cut at 5 GB. */
const conversionPath = /^([^/]+)\/(partial-)?([^/]+)\/\d{4}\.parquet$/

/**
 * The splits of a branch `refs/convert/parquet`, in its configuration `default` or else its first; null where a file lies
 * otherwise.
 */
function splitsByConversion(paths: readonly string[], findings: FindingLog): ReadonlyMap<string, string> | null {
  const parts = paths.map((path) => conversionPath.exec(path))
  const configs = new Set(parts.map((match) => match?.[1]))
  if (configs.has(undefined)) return null
  const config = configs.has('default') ? 'default' : parts[0]?.[1]
  const chosen = parts.filter((match) => match !== null).filter((match) => match[1] === config)
  const partial = new Set(chosen.filter((match) => match[2] !== undefined).map((match) => match[3] ?? ''))
  for (const split of partial) findings.add('partial_split', split)
  return new Map(chosen.map((match) => [match[0], match[3] ?? '']))
}

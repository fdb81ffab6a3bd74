// Parquet files as `datasets` writes them: one image column, labels and fields beside it. Reads no image bytes.
import type { FileMetaData } from 'hyparquet'
import { FoibleError } from '#core/errors.ts'
import { planColumns } from './column-plan.ts'
import { countNoun } from './count-noun.ts'
import { countOfCard, type DatasetCard, noteCard, readDatasetCard } from './dataset-card.ts'
import type { DatasetReader, FileTree, TreeEntry } from './dataset-reader.ts'
import { type Features, parseInfoFeatures, parseSchemaFeatures } from './features.ts'
import { createFindingLog } from './finding-log.ts'
import { readTerms } from './foible-schema.ts'
import { isMetadataFile } from './imagefolder-files.ts'
import { ParquetBatches } from './parquet-batches.ts'
import { parquetColumns } from './parquet-file.ts'
import { findImageColumn, listImageColumns } from './parquet-image-column.ts'
import { listFlatColumns } from './parquet-schema.ts'
import { openParquetSources } from './parquet-sources.ts'
import { extension } from './safe-path.ts'

const maxInfosBytes = 16 << 20

export const parquetReader: DatasetReader = {
  format: 'parquet',
  recognise({ paths, subject, fiftyoneFormat }) {
    if (fiftyoneFormat !== null && !/parquet/i.test(fiftyoneFormat)) return null
    // img2dataset puts a table of the same name beside each shard.
    const shards = new Set(paths.filter((path) => extension(path) === 'tar').map((path) => path.slice(0, -4)))
    const files = paths.filter((path) => isDataFile(path) && !shards.has(path.replace(/\.parquet$/i, '')))
    return files.length > 0 ? `${subject} ${countNoun(files.length, 'Parquet file')}.` : null
  },
  async read(tree, entries, options, reason) {
    const findings = createFindingLog()
    const card = await readDatasetCard(tree, entries, options.signal)
    noteCard(card, findings)
    const paths = (tree.chosen === undefined ? entries.map((entry) => entry.path) : [tree.chosen]).filter(isDataFile)
    const sources = await openParquetSources(tree, paths, card, options, findings)
    const [first] = sources
    if (!first) {
      const message = `There is no Parquet file for this choice in “${tree.name}”; choose another split or folder.`
      throw new FoibleError('empty_source', message, { name: tree.name, split: options.split })
    }
    const features = await findFeatures(first.metadata, card, tree, entries, options.signal)
    const top = parquetColumns(first.metadata)
    const image = findImageColumn(top, features, first.name)
    const others = listImageColumns(top, features).filter((name) => name !== image.name)
    for (const name of others) findings.add('extra_image', name)
    const columns = listFlatColumns(first.metadata, first.name)
    const plan = planColumns(columns, [image.name, ...others], features, card.foible, findings)
    const needed = columns.filter(({ name }) => plan.columns.includes(name))
    const batches = new ParquetBatches(image, plan, needed, entries, options, findings)
    const keepsMissing = card.foible !== null || !(await batches.hasImages(sources))
    return {
      format: 'parquet',
      reason,
      fields: plan.fields,
      labelField: plan.labelField,
      classes: plan.classes,
      description: card.description,
      license: card.license,
      ...countOfCard(card, options),
      ...readTerms(card.foible),
      batches: batches.batches(sources, keepsMissing),
      findings: findings.list,
    }
  },
}

function isDataFile(path: string): boolean {
  return extension(path) === 'parquet' && !isMetadataFile(path)
}

/** Features of the file's own schema metadata, else of the card, else of the `dataset_infos.json` of older datasets. */
async function findFeatures(
  metadata: FileMetaData,
  card: DatasetCard,
  tree: FileTree,
  entries: readonly TreeEntry[],
  signal: AbortSignal,
): Promise<Features> {
  const own = metadata.key_value_metadata?.find((pair) => pair.key === 'huggingface')?.value
  const features = own === undefined ? null : parseSchemaFeatures(own)
  if (features) return features
  if (card.features.classLabels.size > 0 || card.features.images.length > 0) return card.features
  const infos = entries.find(({ path, sizeBytes }) => path === 'dataset_infos.json' && sizeBytes <= maxInfosBytes)
  if (!infos) return card.features
  return (
    parseInfoFeatures(new TextDecoder().decode(await tree.read(infos.path, maxInfosBytes, signal))) ?? card.features
  )
}

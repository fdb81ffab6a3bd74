// Writes WebDataset shards: `<key>.<ext>`, `<key>.cls` and `<key>.json` a sample, class names and a card beside them.
import { assignColumns, type ExportColumns, type NamingRules, splitFiles, tableRules } from './export-columns.ts'
import { type Feature, formatCard, listFeatures } from './export-card.ts'
import { watchSamples, writeExportFolder } from './export-folder.ts'
import type { ExportOptions, ExportSample, ExportSchema, ExportSummary } from './export-sample.ts'
import { isImagePath, sniffImageExtension } from './image-type.ts'
import { basename, dirname, extension } from './safe-path.ts'
import { ShardWriter } from './shard-writer.ts'
import { toMetadataRow } from './write-imagefolder.ts'

/** Entries of the JSON are columns for readers, beside those of the members. */
const shardRules: NamingRules = {
  ...tableRules,
  isReserved: (name) => tableRules.isReserved(name) || ['cls', 'json', '__key__', '__url__'].includes(name),
}

/** `link` is `copy` here: the images go into the shards. With `none` the samples have no image member. */
export async function writeWebdataset(options: ExportOptions): Promise<ExportSummary> {
  const { schema } = options
  const columns = assignColumns(schema, shardRules)
  const { bySplit, names } = splitFiles(schema)
  return await writeExportFolder(options, async (folder) => {
    const writers = new Map(names.map((split) => [split, new ShardWriter(folder.root, split, options.createdAt)]))
    const keys = new Map<string, number>()
    const imageTypes = new Set<string>()
    let samples = 0
    try {
      for await (const sample of watchSamples(options)) {
        const writer = writers.get(bySplit ? (sample.split ?? '') : 'train')
        if (!writer) throw new Error(`split ${String(sample.split)} is not in the schema of the export`)
        const bytes = options.media === 'none' ? null : await folder.read(sample)
        const key = freeKey(sample.fileName, keys)
        const type = bytes && imageType(sample, bytes)
        if (type !== null) imageTypes.add(type)
        await writer.add([
          ...(bytes && type !== null ? [[`${key}.${type}`, bytes] as const] : []),
          ...(schema.classes.length > 0 ? [[`${key}.cls`, encode(classNumber(sample, schema))] as const] : []),
          [`${key}.json`, encode(JSON.stringify(toMetadataRow(sample, sample.fileName, columns)))],
        ])
        samples++
      }
      for (const writer of writers.values()) await writer.finish()
    } finally {
      for (const writer of writers.values()) await writer.abandon()
    }
    if (schema.classes.length > 0) await folder.write('classes.txt', schema.classes.map(toLine).join(''))
    const dataFiles = names.map((split) => ({ split, path: `${split}-*.tar` }))
    await folder.write('README.md', formatCard(schema, columns, listMembers(schema, columns, imageTypes), dataFiles))
    return samples
  })
}

/** The name up to its extension. Only one dot may follow, and no reader may take it for hidden. */
function freeKey(fileName: string, taken: Map<string, number>): string {
  const folder = dirname(fileName)
  const name = basename(isImagePath(fileName) ? fileName.slice(0, fileName.lastIndexOf('.')) : fileName)
  const key = `${folder === '' ? '' : `${folder}/`}${name.replaceAll('.', '_')}`
    .replace(/[\\\x00-\x1f]/g, '_')
    .replace(/(^|\/)(?:\.|__)/g, '$1_')
  let free = key
  for (let n = taken.get(key) ?? 1; taken.has(free); n++) free = `${key}-${n}`
  taken.set(key, (taken.get(key) ?? 0) + 1)
  taken.set(free, taken.get(free) ?? 1)
  return free
}

function imageType(sample: ExportSample, bytes: Uint8Array): string {
  return isImagePath(sample.fileName) ? extension(sample.fileName) : (sniffImageExtension(bytes) ?? 'jpg')
}

/** -1 where there is no label, so that every sample has the same members. */
function classNumber(sample: ExportSample, { classes }: ExportSchema): string {
  const number = sample.label === null ? -1 : classes.indexOf(sample.label)
  if (number === -1 && sample.label !== null)
    throw new Error(`label ${sample.label} is not in the schema of the export`)
  return String(number)
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function toLine(name: string): string {
  return `${name.replace(/[\r\n]+/g, ' ')}\n`
}

/** The columns that `datasets` makes of the members. */
function listMembers(
  schema: ExportSchema,
  columns: ExportColumns,
  imageTypes: ReadonlySet<string>,
): readonly Feature[] {
  const text = (name: string): Feature => ({ name, type: { kind: 'value', dtype: 'string' } })
  const entries = listFeatures(schema, columns).filter(({ name }) => name !== 'image' && name !== 'label')
  return [
    text('__key__'),
    text('__url__'),
    ...[...imageTypes].sort().map((name): Feature => ({ name, type: { kind: 'image' } })),
    ...(schema.classes.length > 0
      ? [{ name: 'cls', type: { kind: 'class_label', names: schema.classes } } as const]
      : []),
    { name: 'json', type: { kind: 'struct', fields: [text('file_name'), text('label'), ...entries] } },
  ]
}

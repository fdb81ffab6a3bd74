// Waterbirds (Sagawa et al. 2020): birds of land and water pasted on places of land and water; metadata.csv says all of it.
import type { Finding } from '#core/sample.ts'
import { toText } from '../column-values.ts'
import { readDatasetCard } from '../dataset-card.ts'
import type { FieldSpec } from '../dataset-reader.ts'
import { createHeadReader } from '../file-head.ts'
import { createFindingLog } from '../finding-log.ts'
import { type IndexedImage, missingImage } from '../indexed-image.ts'
import { isImagePath } from '../image-type.ts'
import { createPathIndex } from '../path-index.ts'
import { basename, dirname, normalizeRelativePath } from '../safe-path.ts'
import { readTableBatches } from '../table-batches.ts'
import type { AdapterSource, DatasetAdapter } from './dataset-adapter.ts'
import { type KnownImage, indexImages } from './index-images.ts'
import { noteCases, noteOthers } from './known-images.ts'

const title = 'Waterbirds'
const columns = ['img_id', 'img_filename', 'y', 'split', 'place', 'place_filename']
const classes = ['landbird', 'waterbird'] as const
const backgrounds = ['land', 'water'] as const
const splits = ['train', 'validation', 'test'] as const

const fields: readonly FieldSpec[] = [
  { name: 'background', kind: 'category', role: 'nuisance', values: backgrounds },
  { name: 'place', kind: 'category', role: 'nuisance' },
  { name: 'species', kind: 'category', role: 'plain' },
  { name: 'place_filename', kind: 'text', role: 'plain' },
]

export const waterbirdsAdapter: DatasetAdapter = {
  name: 'waterbirds',
  title,
  async recognise(source, signal) {
    const file = await findMetadata(source, signal)
    return file === null ? null : `“${file}” has the columns of Waterbirds: ${columns.join(', ')}.`
  },
  async read(source, options, reason) {
    const { tree, entries } = source
    const file = (await findMetadata(source, options.signal))!
    const log = createFindingLog()
    const rows = new Map<string, { readonly image: IndexedImage; readonly known: KnownImage }>()
    const unknown: string[] = []
    const images = createPathIndex(entries.filter((entry) => isImagePath(entry.path)))
    for await (const table of readTableBatches(tree, file, log, options.signal)) {
      for (let row = 0; row < table.rowCount; row++) {
        const cell = (name: string) => table.columns.get(name)?.[row]
        const name = cell('img_filename')
        const path = typeof name === 'string' ? normalizeRelativePath(name, dirname(file)) : null
        if (path === null) log.add('unsafe_path', `${file} row ${row + 1}: ${toText(name)}`)
        else if (rows.has(path)) log.add('duplicate_row', path)
        else {
          const known = toKnown(cell)
          if (known.label === null || known.fields?.['background'] === null) unknown.push(path)
          rows.set(path, { image: images.find(path) ?? missingImage(path), known })
        }
      }
    }
    const listed = [...rows.values()]
    const byPath = new Map(listed.map(({ image, known }) => [image.path, known]))
    return indexImages(
      {
        reason,
        card: await readDatasetCard(tree, entries, options.signal),
        labelField: 'label',
        classes,
        fields,
        images: listed.map(({ image }) => image),
        describe: ({ path }) => byPath.get(path)!,
        findings: () => [
          ...noteMeaning(listed.length, unknown),
          ...noteCases(
            'adapter_waterbirds_no_image',
            'Rows whose image is not there.',
            'kept as samples without an image',
            listed.filter(({ image }) => image.missing).map(({ image }) => image.path),
          ),
          ...log.list(),
          ...noteOthers(
            `${title}’ metadata`,
            entries.filter((entry) => isImagePath(entry.path) && !byPath.has(entry.path)),
          ),
        ],
      },
      options,
    )
  },
}

/** The metadata file with just these columns, the uppermost one; null if there is none. */
async function findMetadata({ tree, entries, reader }: AdapterSource, signal: AbortSignal): Promise<string | null> {
  if (!['imagefolder', 'table', 'fiftyone-tree'].includes(reader.format)) return null
  const files = entries.filter((entry) => basename(entry.path) === 'metadata.csv')
  const head = createHeadReader(tree, signal)
  for (const { path } of files.slice(0, 3)) {
    const { bytes } = await head(path)
    const [header] = new TextDecoder().decode(bytes).split(/[\r\n]/, 1)
    const names = header!.split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'))
    if (columns.every((name) => names.includes(name))) return path
  }
  return null
}

function toKnown(cell: (name: string) => unknown): KnownImage {
  const choose = <T>(names: readonly T[], name: string): T | null => {
    const value = cell(name)
    return names.find((_, i) => String(i) === toText(value)) ?? null
  }
  const place = typeof cell('place_filename') === 'string' ? (cell('place_filename') as string) : null
  const folder = basename(dirname(toText(cell('img_filename'))))
  return {
    label: choose(classes, 'y'),
    split: choose(splits, 'split'),
    fields: {
      background: choose(backgrounds, 'place'),
      // As Places names its files: `/b/bamboo_forest/00000131.jpg`.
      place: place === null ? null : basename(dirname(place)).replaceAll('_', ' ') || null,
      species: folder.replace(/^\d+\./, '').replaceAll('_', ' ') || null,
      place_filename: place,
    },
  }
}

function noteMeaning(rows: number, unknown: readonly string[]): readonly Finding[] {
  return [
    ...noteCases(
      'adapter_waterbirds',
      'metadata.csv says y, split and place in numbers.',
      'read as landbird or waterbird, train, validation or test, and the fields background (land, water) and place',
      [],
      rows,
    ),
    ...noteCases(
      'adapter_waterbirds_unknown',
      'Rows with another y or place than 0 and 1.',
      'kept with the value missing',
      unknown,
    ),
  ]
}

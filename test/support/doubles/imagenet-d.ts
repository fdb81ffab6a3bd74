// A double of ImageNet-D with drawn pictures: the authors' release (zcs15/ImageNet-D) and FiftyOne's re-push of it
// (Voxel51/ImageNet-D), where the label is the nuisance and the three CSV files are samples.
import { createHash } from 'node:crypto'
import { imagenetDClasses, imagenetDCounts } from '#core/facts/imagenet-d.ts'
import { drawPng } from './draw-png.ts'
import { type DoubleFile, writeFiles } from './write-files.ts'

const nuisances = ['background', 'texture', 'material'] as const
type Nuisance = (typeof nuisances)[number]

export interface ImagenetDOptions {
  readonly layout: 'zcs15' | 'voxel51'
  readonly folder: string
  /** Images of each nuisance; by default as many as in the release. */
  readonly counts?: Readonly<Record<Nuisance, number>>
  /** Whether `questions/*.csv` are there (in the re-push: among the media). */
  readonly questions?: boolean
}

/** What an image of the double is. */
export interface ImagenetDImage {
  /** Relative to the double's folder. */
  readonly path: string
  readonly name: string
  readonly nuisance: Nuisance
  /** Index into `imagenetDClasses`. */
  readonly object: number
  /** The best guesses of CLIP, as indices into `imagenetDClasses`. */
  readonly guesses: readonly [number, number]
}

/** Writes the double; its images in the order of the release's folders. */
export async function writeImagenetD(options: ImagenetDOptions): Promise<readonly ImagenetDImage[]> {
  const counts = options.counts ?? imagenetDCounts
  const images = nuisances.flatMap((nuisance) => Array.from({ length: counts[nuisance] }, (_, i) => draft(nuisance, i)))
  const questions = (options.questions ?? true) ? nuisances : []
  const tables = questions.map((nuisance): DoubleFile => ({
    path: `questions/${nuisance}.csv`,
    content: () => toCsv(images, nuisance),
  }))
  if (options.layout === 'voxel51') return await writePushed(options.folder, images, tables)
  await writeFiles(options.folder, [
    ...images.map(toFile),
    ...tables,
    { path: 'README.md', content: () => '---\nlicense: mit\n---\n' },
  ])
  return images
}

/** Every class has a background; beyond that some have many images, most have few. */
function draft(nuisance: Nuisance, i: number): ImagenetDImage {
  const isFirst = nuisance === 'background' && i < imagenetDClasses.length
  const object = isFirst ? i : ((i * i + 7 * i) % 977) % imagenetDClasses.length
  const wrong = (object + 1 + (i % 5)) % imagenetDClasses.length
  const name = `${shortId(`${nuisance} ${i}`)}.png`
  return {
    path: `${nuisance}/${imagenetDClasses[object]!.folder}/${name}`,
    name,
    nuisance,
    object,
    guesses: i % 4 === 0 ? [object, wrong] : [wrong, i % 3 === 0 ? object : (wrong + 1) % imagenetDClasses.length],
  }
}

/** 22 letters and figures, as the shortuuid package writes them. */
function shortId(text: string): string {
  const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
  const bytes = createHash('sha256').update(text).digest()
  return Array.from(bytes.subarray(0, 22), (byte) => alphabet[byte % alphabet.length]).join('')
}

function toFile(image: ImagenetDImage, at: number): DoubleFile {
  return { path: image.path, content: () => drawPng(at, image.object, nuisances.indexOf(image.nuisance)) }
}

/** Tab-separated with CRLF, as Python's csv.writer ends its lines. */
function toCsv(images: readonly ImagenetDImage[], nuisance: Nuisance): string {
  const shown = (object: number) => imagenetDClasses[object]!.display
  const rows = images
    .filter((image) => image.nuisance === nuisance)
    .map(({ name, object, guesses }) =>
      [`${nuisance}/${imagenetDClasses[object]!.folder}/${name}`, shown(object), ...guesses.map(shown)].join('\t'),
    )
  return ['image_dir\tgt_category\ttop1_pred_cate\ttop2_pred_cate', ...rows, ''].join('\r\n')
}

/** As FiftyOne pushes a class folder tree read from the release: folders in order, every file a sample, 1,000 files a folder. */
async function writePushed(
  folder: string,
  images: readonly ImagenetDImage[],
  tables: readonly DoubleFile[],
): Promise<readonly ImagenetDImage[]> {
  const numbers = new Map(images.map((image, at) => [image, at]))
  const sources = [
    ...images.map((image) => ({ label: image.nuisance as string, name: image.name, image, table: null })),
    ...tables.map((table) => ({ label: 'questions', name: table.path.split('/')[1]!, image: null, table })),
  ].sort((a, b) => (`${a.label}/${a.image?.path ?? a.name}` < `${b.label}/${b.image?.path ?? b.name}` ? -1 : 1))
  const pushed = sources.map((source, i) => ({ ...source, path: `data/data_${Math.floor(i / 1000)}/${source.name}` }))
  const docs = pushed.map(({ path, label }, i) => JSON.stringify(toDoc(path, label, i)))
  await writeFiles(folder, [
    ...pushed.map(({ image, table, path }) =>
      image === null ? { path, content: table.content } : { ...toFile(image, numbers.get(image)!), path },
    ),
    { path: 'samples.json', content: () => `{"samples": [${docs.join(', ')}]}` },
    { path: 'metadata.json', content: () => JSON.stringify(toMetadata()) },
    {
      path: 'fiftyone.yml',
      content: () => 'format: FiftyOneDataset\nname: ImageNet-D\ntags:\n- fiftyone\n- image\n- image-classification\n',
    },
    { path: 'README.md', content: () => toCard(docs.length) },
  ])
  const paths = new Map(pushed.map(({ image, path }) => [image, path]))
  return images.map((image) => ({ ...image, path: paths.get(image)! }))
}

function toDoc(path: string, label: string, i: number): object {
  const date = { $date: '2025-01-20T10:00:00.000Z' }
  return {
    _id: { $oid: objectId(i) },
    filepath: path,
    tags: [],
    _media_type: 'image',
    _rand: (i * 0.618033988749895) % 1,
    ground_truth: { _id: { $oid: objectId(i + 0x10000) }, _cls: 'Classification', tags: [], label },
    _dataset_id: { $oid: objectId(0xfffff) },
    created_at: date,
    last_modified_at: date,
  }
}

function objectId(n: number): string {
  return `66868a3b${n.toString(16).padStart(16, '0')}`
}

function toMetadata(): object {
  const field = (name: string, ftype: string, labelType: string | null = null) => ({
    name,
    ftype: `fiftyone.core.fields.${ftype}`,
    embedded_doc_type: labelType,
    subfield: null,
    fields: [],
    db_field: name === 'id' ? '_id' : name,
    description: null,
    info: null,
  })
  return {
    _id: { $oid: objectId(0xfffff) },
    name: 'ImageNet-D',
    slug: 'imagenet-d',
    version: '1.2.0',
    persistent: true,
    media_type: 'image',
    tags: [],
    info: {},
    classes: {},
    default_classes: [],
    sample_fields: [
      field('id', 'ObjectIdField'),
      field('filepath', 'StringField'),
      field('tags', 'ListField'),
      field('metadata', 'EmbeddedDocumentField', 'fiftyone.core.metadata.ImageMetadata'),
      field('created_at', 'DateTimeField'),
      field('last_modified_at', 'DateTimeField'),
      field('ground_truth', 'EmbeddedDocumentField', 'fiftyone.core.labels.Classification'),
    ],
  }
}

function toCard(samples: number): string {
  return `---
annotations_creators: []
language: en
license: mit
size_categories:
- 1K<n<10K
task_categories:
- image-classification
pretty_name: ImageNet-D
tags:
- fiftyone
- image
- image-classification
- synthetic
---

# Dataset Card for ImageNet-D

This is a [FiftyOne](https://github.com/voxel51/fiftyone) dataset with ${samples} samples.
`
}

// COCO annotations as labels: an image whose annotations are all of one category has that label.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import { type CocoDocument, type CocoImage, readCocoDocument } from './coco-document.ts'
import { countNoun } from './count-noun.ts'
import { countOfCard, noteCard, readDatasetCard } from './dataset-card.ts'
import type { DatasetReader, FileHead, TreeEntry, TreeOutline } from './dataset-reader.ts'
import { createHeadReader } from './file-head.ts'
import { createImageFinder, folderNamedIn } from './find-image.ts'
import { createFindingLog } from './finding-log.ts'
import { ImageRows } from './image-rows.ts'
import { isImagePath } from './image-type.ts'
import { missingImage } from './indexed-image.ts'
import { basename, dirname, extension } from './safe-path.ts'
import { splitOfName } from './splits.ts'

/** Files that are looked at in one dataset: each costs a request on the Hub. */
const maxFiles = 40
const maxBases = 20
const likelyNames = /annotation|instances|coco|labels|(?:^|[/_-])(?:train|val|valid|test)/i
/** Annotations of the same images that say less of their classes. */
const otherTasks = /caption|keypoint|panoptic|stuff/i

export const cocoReader: DatasetReader = {
  format: 'coco',
  async recognise({ paths, fiftyoneFormat, head }) {
    if (fiftyoneFormat !== null && fiftyoneFormat !== 'COCODetectionDataset') return null
    const files = await findAnnotationFiles(paths, head)
    if (files.length === 0) return null
    return `${files.length === 1 ? `${files[0]} has` : `${countNoun(files.length, 'file')} have`} images, annotations and categories as COCO does.`
  },
  async read(tree, entries, options, reason) {
    const { signal, labelRule = null } = options
    const findings = createFindingLog()
    const card = await readDatasetCard(tree, entries, signal)
    noteCard(card, findings)
    const paths = tree.chosen === undefined ? entries.map(({ path }) => path) : [tree.chosen]
    const files = await findAnnotationFiles(paths, createHeadReader(tree, signal))
    const images = entries.filter(({ path }) => isImagePath(path))
    const finder = createImageFinder(tree, images, findings)
    const rows = new ImageRows(findings)
    const classes = new Set<string>()
    for (const file of files) {
      const document = await readCocoDocument(tree, file, labelRule, findings, signal)
      throwIfCancelled(signal)
      if (labelRule === null) refuseSeveral(document, file)
      for (const { name } of document.categories) classes.add(name)
      const split = splitOfFile(file)
      const bases = listBases(file, images)
      const fieldsOf = chooseFields(document)
      for (const image of document.images) {
        const found = finder.find(image.fileName, { bases, file, place: `${file}: ${image.fileName}` })
        if (found.kind === 'refused') continue
        const indexed = found.kind === 'image' ? found.entry : missingImage(found.path)
        rows.add({ image: indexed, label: image.category?.name ?? null, split, fields: fieldsOf(image) })
        if (image.other !== null) findings.add('several_categories', indexed.path)
      }
    }
    if (rows.count === 0) {
      const message = `The annotations in “${tree.name}” name no image that Foible may read; choose the folder that holds them and the images.`
      throw new FoibleError('empty_source', message, { name: tree.name })
    }
    for (const { path } of images) if (!rows.has(path)) findings.add('file_not_listed', path)
    return {
      format: 'coco',
      reason,
      fields: rows.fieldSpecs(),
      labelField: 'category',
      classes: [...classes],
      description: card.description,
      license: card.license,
      ...countOfCard(card, options),
      batches: rows.batches(options),
      findings: findings.list,
    }
  },
}

/** Annotation files by how they begin; those of boxes and classes, where there are others of the same images. */
async function findAnnotationFiles(paths: readonly string[], head: TreeOutline['head']): Promise<readonly string[]> {
  const documents = paths.filter((path) => extension(path) === 'json')
  const candidates = documents.length > maxFiles ? documents.filter((path) => likelyNames.test(path)) : documents
  const heads = await Promise.all(candidates.slice(0, maxFiles).map(async (path) => ({ path, ...(await head(path)) })))
  const found = heads.filter(beginsLikeCoco).map(({ path }) => path)
  const ofClasses = found.filter((path) => !otherTasks.test(basename(path)))
  return ofClasses.length > 0 ? ofClasses : found
}

function beginsLikeCoco({ bytes }: FileHead): boolean {
  const text = new TextDecoder().decode(bytes)
  const has = (pattern: RegExp) => pattern.test(text)
  if (!has(/^\s*\{\s*"(?:info|licenses|categories|images|annotations|type|version|dataset|year)"\s*:/)) return false
  const images = has(/"images"\s*:\s*\[/) && has(/"file_name"\s*:/)
  const annotations = has(/"annotations"\s*:\s*\[/) && has(/"image_id"\s*:/) && has(/"category_id"\s*:/)
  const categories = has(/"categories"\s*:\s*\[/) && has(/"supercategory"\s*:/)
  return images || annotations || categories
}

/** Throws `unsupported_format` if images have several categories: no one of them is the label by itself. */
function refuseSeveral({ images }: CocoDocument, file: string): void {
  const several = images.filter(({ other }) => other !== null)
  const [first] = several
  if (!first?.category || !first.other) return
  throw new FoibleError(
    'unsupported_format',
    `${countNoun(several.length, 'image')} of “${file}” (of ${images.length.toLocaleString('en-US')}) have annotations of several categories, such as “${first.category.name}” and “${first.other.name}” in ${first.fileName}. Import it again and choose which one is the label, the largest or the first (--label-rule largest).`,
    { file, images: several.length, of: images.length, example: first.fileName, rules: ['largest', 'first'] },
  )
}

/** The split that the file's name speaks of, else the nearest folder's. */
function splitOfFile(file: string): string | null {
  const names = file
    .replace(/\.json$/i, '')
    .split('/')
    .toReversed()
  return names.map(splitOfName).find((split) => split !== null) ?? null
}

/** Folders that file names may start from: the annotations' own, those of its name, and the usual ones beside it. */
function listBases(file: string, images: readonly TreeEntry[]): readonly string[] {
  const own = dirname(file)
  const folders = new Set(images.map(({ path }) => dirname(path)))
  const named = [...folders].map((dir) => folderNamedIn(file, `${dir}/`)).filter((dir) => dir !== null)
  const beside = [own, dirname(own)].flatMap((base) =>
    ['data', 'images'].map((name) => (base === '' ? name : `${base}/${name}`)),
  )
  // One folder a split in most datasets; where a hundred have such names, the search by path is the quicker one.
  return [...new Set([own, ...new Set(named), ...beside, ''])].slice(0, maxBases)
}

/** The fields of an image: its own keys, and those that tell the images of this document apart. */
function chooseFields({ images, categories }: CocoDocument): (image: CocoImage) => Readonly<Record<string, unknown>> {
  const hasKinds = categories.some(({ name, supercategory }) => supercategory !== null && supercategory !== name)
  const hasCounts = images.some(({ annotations }) => annotations > 1)
  return ({ attributes, category, annotations }) => ({
    ...attributes,
    ...(hasKinds ? { supercategory: category?.supercategory ?? null } : {}),
    ...(hasCounts ? { annotations } : {}),
  })
}

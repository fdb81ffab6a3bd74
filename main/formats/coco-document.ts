// What a COCO annotation file says of its images: one pass a list, so that the document is never whole in memory.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { LabelRule } from '#core/sample.ts'
import { isRecord, toText } from './column-values.ts'
import type { FileTree } from './dataset-reader.ts'
import type { FindingLog } from './finding-log.ts'
import { splitJsonArray } from './split-json-array.ts'

interface CocoCategory {
  readonly name: string
  readonly supercategory: string | null
}

/** An image with what its annotations agree on. */
export interface CocoImage {
  readonly fileName: string
  /** All other keys of the image but its id and size. */
  readonly attributes: Readonly<Record<string, unknown>>
  annotations: number
  category: CocoCategory | null
  /** Another category than `category` that the image was annotated with. */
  other: CocoCategory | null
  /** Of the annotation that `category` is from. */
  area: number
}

export interface CocoDocument {
  readonly categories: readonly CocoCategory[]
  readonly images: readonly CocoImage[]
}

type JsonObject = Readonly<Record<string, unknown>>

/**
 * The images of an annotation file. Where an image has several categories, `rule` says which one is its `category`; without a
 * rule it is the first one, with another in `other`. Throws `broken_file` for what is no such file.
 */
export async function readCocoDocument(
  tree: FileTree,
  file: string,
  rule: LabelRule | null,
  findings: FindingLog,
  signal: AbortSignal,
): Promise<CocoDocument> {
  const categories = new Map<string, CocoCategory>()
  for await (const { id, name, supercategory } of readObjects(tree, file, 'categories', signal)) {
    const kind = typeof supercategory === 'string' && supercategory !== '' ? supercategory : null
    categories.set(toText(id), { name: toText(name ?? id), supercategory: kind })
  }
  const images = new Map<string, CocoImage>()
  for await (const image of readObjects(tree, file, 'images', signal)) {
    const { id, file_name: fileName, ...rest } = image
    const attributes = Object.fromEntries(
      Object.entries(rest).filter(([name]) => name !== 'width' && name !== 'height'),
    )
    if (typeof fileName !== 'string' || fileName === '')
      findings.add('row_without_path', `${file}: image ${toText(id)}`)
    else if (images.has(toText(id))) findings.add('duplicate_row', `${file}: image ${toText(id)}`)
    else images.set(toText(id), { fileName, attributes, annotations: 0, category: null, other: null, area: -1 })
  }
  for await (const annotation of readObjects(tree, file, 'annotations', signal)) {
    const image = images.get(toText(annotation['image_id']))
    const category = categories.get(toText(annotation['category_id']))
    const place = `${file}: annotation ${toText(annotation['id'])}`
    if (image === undefined) findings.add('row_without_file', place)
    else if (category === undefined) findings.add('label_out_of_range', place)
    else annotate(image, category, areaOf(annotation), rule)
  }
  return { categories: [...categories.values()], images: [...images.values()] }
}

function annotate(image: CocoImage, category: CocoCategory, area: number, rule: LabelRule | null): void {
  image.annotations++
  if (image.category !== null && image.category.name !== category.name) image.other = category
  if (image.category !== null && (rule !== 'largest' || area <= image.area)) return
  if (image.category !== null && image.category.name !== category.name) image.other = image.category
  image.category = category
  image.area = area
}

/** Pixels that an annotation covers: its own figure, else those of its box. */
function areaOf({ area, bbox }: JsonObject): number {
  if (typeof area === 'number') return area
  if (!Array.isArray(bbox)) return 0
  const [, , width, height] = bbox as readonly unknown[]
  return typeof width === 'number' && typeof height === 'number' ? width * height : 0
}

async function* readObjects(
  tree: FileTree,
  file: string,
  key: string,
  signal: AbortSignal,
): AsyncGenerator<JsonObject> {
  for await (const { text, position } of splitJsonArray(tree.stream(file, signal), key, file)) {
    throwIfCancelled(signal)
    yield parseObject(text, file, position)
  }
}

function parseObject(text: string, file: string, position: number): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw brokenObject(file, position, cause)
  }
  if (!isRecord(value)) throw brokenObject(file, position, null)
  return value
}

function brokenObject(file: string, position: number, cause: unknown): FoibleError {
  const message = `“${file}” is not valid JSON at byte ${position}; fetch or export it again.`
  return new FoibleError('broken_file', message, { file, position }, { cause })
}

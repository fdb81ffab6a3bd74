// Doubles of the datasets that name other factors: ImageNet-X's judgements, cue-conflict images, ObjectNet's things with borders.
import { Transformer } from '@napi-rs/image'
import { imagenet1kClasses } from '#core/facts/imagenet-1k.ts'
import { imagenetDClasses } from '#core/facts/imagenet-d.ts'
import { drawPng } from './draw-png.ts'
import { validationName } from './imagenet-folders.ts'
import { type DoubleFile, writeFiles } from './write-files.ts'

/** In the order of the released files. */
const columns = [
  'multiple_objects',
  'background',
  'color',
  'brighter',
  'darker',
  'style',
  'larger',
  'smaller',
  'object_blocking',
  'person_blocking',
  'partial_view',
  'pattern',
  'pose',
  'shape',
  'subcategory',
  'texture',
]

/** Image `i` (from 0) has pose, each second the background too; the fifth has no factor, the sixth no word. */
export async function writeImagenetX(folder: string, count: number, ids: readonly number[]): Promise<void> {
  const line = (i: number, applying: readonly string[]) =>
    JSON.stringify({
      file_name: validationName(i + 1),
      class: ids[i % ids.length]!,
      ...Object.fromEntries(columns.map((column) => [column, Number(applying.includes(column))])),
      justification: `a thing seen from above, no. ${i}\n`,
      one_word: i === 5 ? null : 'top view',
    })
  const lines = (all: boolean) => () =>
    Array.from({ length: count }, (_, i) =>
      line(i, i === 4 ? [] : all && i % 2 === 1 ? ['pose', 'background'] : [i % 2 === 1 ? 'background' : 'pose']),
    ).join('\n') + '\n'
  await writeFiles(folder, [
    { path: 'annotations/imagenet_x_val_multi_factor.jsonl', content: lines(true) },
    { path: 'annotations/imagenet_x_val_top_factor.jsonl', content: lines(false) },
  ])
}

/** `cue-conflict/<shape>/<shape><n>-<texture><n>.png`, all pairs of these categories, or with an experiment's prefix. */
export async function writeCueConflict(
  folder: string,
  categories: readonly string[],
  layout: 'plain' | 'experiment' = 'plain',
): Promise<void> {
  const pairs = categories.flatMap((shape) => categories.map((texture) => [shape, texture] as const))
  await writeFiles(
    folder,
    pairs.map(([shape, texture], i): DoubleFile => {
      const name = `${shape}${(i % 10) + 1}-${texture}${(i % 3) + 1}.png`
      const prefix = `${String(i).padStart(4, '0')}_cue_dnn_00_${shape}_00_`
      const path = layout === 'plain' ? `cue-conflict/${shape}/${name}` : `cue-conflict/dnn/session-1/${prefix}${name}`
      return { path, content: () => drawPng(i, categories.indexOf(shape), categories.indexOf(texture)) }
    }),
  )
}

export interface ObjectNetOptions {
  /** Class folders beside those that ImageNet has too. */
  readonly others: number
  /** Class folders of the 113 that ImageNet has too. */
  readonly overlapping: number
  readonly mappings: boolean
}

/** `images/<class>/<hash>.png`: grey with a red border of 2 pixels. */
export async function writeObjectNet(folder: string, options: ObjectNetOptions): Promise<void> {
  const shared = imagenetDClasses.slice(0, options.overlapping).map((known) => ({
    // ObjectNet's own spelling of a folder: without “or”, with its hyphens.
    folder: known.name.replaceAll(/[()]/g, '').replaceAll('/', '_').replaceAll(' ', '_'),
    label: capitalise(known.name.replaceAll('_', ' ')),
    ids: known.ids,
  }))
  const others = Array.from({ length: options.others }, (_, i) => ({
    folder: `odd_thing_${i}`,
    label: `Odd thing ${i}`,
    ids: [],
  }))
  const classes = [...shared, ...others]
  const namesOf = (ids: readonly number[]) => ids.map((id) => imagenet1kClasses[id]!.names.join(', ')).join('; ')
  const mappings = {
    'folder_to_objectnet_label.json': classes.map((each) => [each.folder, each.label]),
    'objectnet_to_imagenet_1k.json': shared.map((each) => [each.label, namesOf(each.ids)]),
  }
  await writeFiles(folder, [
    ...classes.map((each, i): DoubleFile => ({
      path: `images/${each.folder}/${i.toString(16).padStart(15, '0')}.png`,
      content: () => drawFramed(i),
    })),
    ...(options.mappings ? Object.entries(mappings) : []).map(([name, pairs]): DoubleFile => ({
      path: `mappings/${name}`,
      content: () => JSON.stringify(Object.fromEntries(pairs)),
    })),
  ])
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

async function drawFramed(number: number): Promise<Buffer> {
  const size = 16
  const pixels = new Uint8Array(size * size * 4)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const isBorder = Math.min(x, y, size - 1 - x, size - 1 - y) < 2
      const grey = 60 + ((number * 7) % 120)
      pixels.set(isBorder ? [255, 0, 0, 255] : [grey, grey, grey + (number % 50), 255], (y * size + x) * 4)
    }
  }
  return await Transformer.fromRgbaPixels(pixels, size, size).png()
}

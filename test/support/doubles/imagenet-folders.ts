// Doubles of datasets in ImageNet's class folders: by WordNet id (validation, ImageNet-R), by number (ImageNetV2), corrupted
// (ImageNet-C), and the label files that may lie beside the validation images.
import { imagenet1kClasses } from '#core/facts/imagenet-1k.ts'
import { drawPng } from './draw-png.ts'
import { type DoubleFile, writeFiles } from './write-files.ts'

/** PNG content under the datasets' own names: readers look at the bytes. */
function picture(path: string, number: number, object: number): DoubleFile {
  return { path, content: () => drawPng(number, object, number % 5) }
}

export function validationName(number: number): string {
  return `ILSVRC2012_val_${String(number).padStart(8, '0')}.JPEG`
}

/** Image `i` (from 0) is of class `ids[i % ids.length]`; in its WordNet folder, or all in one folder. */
export async function writeValidation(
  folder: string,
  count: number,
  ids: readonly number[],
  layout: 'wnid' | 'flat' = 'wnid',
): Promise<void> {
  await writeFiles(
    folder,
    Array.from({ length: count }, (_, i) => {
      const id = ids[i % ids.length]!
      const parent = layout === 'wnid' ? imagenet1kClasses[id]!.wnid : 'images'
      return picture(`val/${parent}/${validationName(i + 1)}`, i, id)
    }),
  )
}

/** `real.json` of all 50,000 images: the class itself and every seventh time another; every fifth none. */
export async function writeReal(folder: string, ids: readonly number[]): Promise<void> {
  const lists = Array.from({ length: 50_000 }, (_, i) => {
    const id = ids[i % ids.length]!
    return i % 5 === 4 ? [] : i % 7 === 6 ? [id, (id + 1) % 1000] : [id]
  })
  await writeFiles(folder, [{ path: 'real.json', content: () => JSON.stringify(lists) }])
}

/** The multi-label file: the class is correct, its neighbour unclear; image 2 is problematic, image 3 one of ImageNet-M's. */
export async function writeMultiLabels(folder: string, count: number, ids: readonly number[]): Promise<void> {
  const wnid = (id: number) => imagenet1kClasses[id % 1000]!.wnid
  const labels = {
    initial_annots: Object.fromEntries(
      Array.from({ length: count }, (_, i) => {
        const id = ids[i % ids.length]!
        return [
          validationName(i + 1),
          { correct: [wnid(id)], unclear: [wnid(id + 1)], ...(i % 2 ? { wrong: ['n00000000'] } : {}) },
        ]
      }),
    ),
    problematic_images: {
      [validationName(2)]: { reason: 'drawing', reviewer: 'a', server_username: 'a', time_marked: 1, time_reviewed: 2 },
    },
    imagenet_m: [validationName(3)],
  }
  await writeFiles(folder, [{ path: 'human_accuracy_v3.0.json', content: () => JSON.stringify(labels) }])
}

/** ImageNet-R: `<wnid>/<rendition>_<n>.jpg` below `imagenet-r`. */
export async function writeImagenetR(folder: string, ids: readonly number[]): Promise<void> {
  const renditions = ['art', 'cartoon', 'sketch', 'videogame']
  await writeFiles(folder, [
    { path: 'imagenet-r/README.txt', content: () => 'ImageNet-R\n' },
    ...ids.flatMap((id, at) =>
      renditions.map((rendition, i) =>
        picture(`imagenet-r/${imagenet1kClasses[id]!.wnid}/${rendition}_${at}.jpg`, at * 8 + i, id),
      ),
    ),
  ])
}

/** ImageNetV2: `imagenetv2-matched-frequency-format-val/<id>/<hash>.jpeg`. */
export async function writeImagenetV2(folder: string, ids: readonly number[]): Promise<void> {
  await writeFiles(
    folder,
    ids.map((id, i) =>
      picture(
        `imagenetv2-matched-frequency-format-val/${id}/${(id * 7919).toString(16).padStart(40, '0')}.jpeg`,
        i,
        id,
      ),
    ),
  )
}

/** ImageNet-C: `<group>/<corruption>/<severity>/<wnid>/<validation image>`; the same image in every corruption. */
export async function writeImagenetC(
  folder: string,
  corruptions: readonly string[],
  severities: readonly number[],
  ids: readonly number[],
): Promise<void> {
  let number = 0
  await writeFiles(
    folder,
    corruptions.flatMap((corruption) =>
      severities.flatMap((severity) =>
        ids.map((id, i) =>
          picture(`${corruption}/${severity}/${imagenet1kClasses[id]!.wnid}/${validationName(i + 1)}`, number++, id),
        ),
      ),
    ),
  )
}

// Doubles of the datasets that name an image's background: ImageNet-9 and Waterbirds.
import { drawPng } from './draw-png.ts'
import { type DoubleFile, writeFiles } from './write-files.ts'

/** Two WordNet ids of each of ImageNet-9's classes, with its folder. */
export const nineFolders: readonly (readonly [folder: string, wnids: readonly [string, string]])[] = [
  ['00_dog', ['n02085936', 'n02097298']],
  ['01_bird', ['n01530575', 'n01855672']],
  ['02_wheeled vehicle', ['n02701002', 'n04465501']],
  ['03_reptile', ['n01664065', 'n01728920']],
  ['04_carnivore', ['n02114548', 'n02129165']],
  ['05_insect', ['n02165105', 'n02276258']],
  ['06_musical instrument', ['n02787622', 'n03838899']],
  ['07_primate', ['n02481823', 'n02497673']],
  ['08_fish', ['n01443537', 'n02536864']],
]

/** `<variation>/val/<class>/…`; in `mixed_next` the background is of the next class, in `mixed_rand` of any. */
export async function writeImagenet9(folder: string, variations: readonly string[]): Promise<void> {
  const files: DoubleFile[] = []
  for (const variation of variations) {
    nineFolders.forEach(([name, wnids], at) => {
      wnids.forEach((wnid, i) => {
        const shift = variation === 'mixed_next' ? 1 : variation === 'mixed_rand' ? 3 + i : 0
        const [, other] = nineFolders[(at + shift) % nineFolders.length]!
        const file = variation.startsWith('mixed')
          ? `fg_${wnid}_0594${i}_bg_${other[1 - i]}_0272${at}.JPEG`
          : `${wnid}_0594${i}.JPEG`
        const number = files.length
        files.push({ path: `${variation}/val/${name}/${file}`, content: () => drawPng(number, at, i) })
      })
    })
  }
  await writeFiles(folder, files)
}

/** `metadata.csv` and bird folders as CUB's. Every sixth bird is in the wrong place. */
export async function writeWaterbirds(folder: string, count: number): Promise<void> {
  const species = [
    ['001.Black_footed_Albatross', 1],
    ['014.Indigo_Bunting', 0],
    ['100.Brown_Pelican', 1],
  ] as const
  const places = [
    ['/b/bamboo_forest/0000013', '/f/forest/broadleaf/0000024'],
    ['/o/ocean/0000045', '/l/lake/natural/0000081'],
  ] as const
  const rows = Array.from({ length: count }, (_, i) => {
    const [bird, y] = species[i % species.length]!
    const place = i % 6 === 5 ? 1 - y : y
    const file = `${bird}/${bird.slice(4)}_${String(i).padStart(4, '0')}.jpg`
    return { file, cells: [i + 1, file, y, i % 3, place, `${places[place]![i % 2]}${i}.jpg`].join(','), y, place }
  })
  await writeFiles(folder, [
    {
      path: 'metadata.csv',
      content: () =>
        ['img_id,img_filename,y,split,place,place_filename', ...rows.map(({ cells }) => cells), ''].join('\n'),
    },
    ...rows.map(({ file, y, place }, i): DoubleFile => ({ path: file, content: () => drawPng(i, y, place) })),
  ])
}

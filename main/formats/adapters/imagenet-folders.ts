// Datasets whose class folders are WordNet ids of ImageNet: ImageNet itself, ImageNet-A, -R, -Sketch. Which of them it is, only a
// name can tell; what the folders mean is the same.
import { imagenetIdOfWnid } from '#core/facts/imagenet-id-of-wnid.ts'
import type { Finding } from '#core/sample.ts'
import { countNoun } from '../count-noun.ts'
import { readDatasetCard } from '../dataset-card.ts'
import type { FieldSpec } from '../dataset-reader.ts'
import { basename, dirname } from '../safe-path.ts'
import { splitOfName } from '../splits.ts'
import { problematicField, readAcceptedLabels } from './accepted-labels.ts'
import type { AdapterSource, DatasetAdapter } from './dataset-adapter.ts'
import { describeClass, imagenetLabels } from './imagenet-class.ts'
import { type KnownImage, indexImages } from './index-images.ts'
import { noteCases, noteOthers, sortImages } from './known-images.ts'

const title = 'ImageNet class folders'
const wnidFolder = /(?:^|\/)(n\d{8})\/[^/]+$/
/** ImageNet-R names a picture by the way it was made: `sketch_12.jpg`. */
const rendition =
  /^(art|cartoon|deviantart|embroidery|graffiti|graphic|misc|origami|painting|sculpture|sketch|sticker|tattoo|toy|videogame)_\d+\.\w+$/
const renditionField: FieldSpec = { name: 'rendition', kind: 'category', role: 'nuisance' }

export const imagenetFoldersAdapter: DatasetAdapter = {
  name: 'imagenet-folders',
  title,
  recognise(source) {
    const images = sortImages(source, (path) => wnidFolder.test(path))
    if (images === null) return Promise.resolve(null)
    const wnids = new Set(images.fitting.map((entry) => wnidOf(entry.path)))
    const known = [...wnids].filter((wnid) => imagenetIdOfWnid(wnid) !== undefined)
    if (known.length < 0.9 * wnids.size) return Promise.resolve(null)
    const name = spokenName(source)
    return Promise.resolve(
      `${countNoun(wnids.size, 'class folder')} named by WordNet ids of ImageNet classes${name === null ? '' : `; the name says ${name}`}.`,
    )
  },
  async read(source, options, reason) {
    const { tree, entries } = source
    const images = sortImages(source, (path) => wnidFolder.test(path))!
    const paths = images.fitting.map((entry) => entry.path)
    const accepted = await readAcceptedLabels(tree, entries, options.signal)
    const hasRenditions = paths.every((path) => rendition.test(basename(path)))
    const describe = ({ path }: { readonly path: string }): KnownImage => {
      const wnid = wnidOf(path)
      const own = describeClass(imagenetIdOfWnid(wnid))
      const better = accepted?.find(basename(path), own.acceptedIds)
      return {
        label: own.label ?? wnid,
        acceptedIds: better?.acceptedIds ?? own.acceptedIds,
        split: splitOf(path),
        fields: {
          ...(better ? { [problematicField.name]: better.problematic } : {}),
          ...(hasRenditions ? { [renditionField.name]: rendition.exec(basename(path))![1]! } : {}),
        },
      }
    }
    return indexImages(
      {
        reason,
        card: await readDatasetCard(tree, entries, options.signal),
        labelField: 'label',
        classes: presentClasses(paths),
        fields: [...(accepted ? [problematicField] : []), ...(hasRenditions ? [renditionField] : [])],
        images: images.fitting,
        describe,
        findings: () => [
          ...noteFolders(paths),
          ...(accepted?.findings ?? []),
          ...noteCases(
            'adapter_rendition',
            'File names that tell how the picture was made.',
            'read as the field rendition',
            [],
            hasRenditions ? paths.length : 0,
          ),
          ...noteOthers(title, images.others),
        ],
      },
      options,
    )
  },
}

function wnidOf(path: string): string {
  return basename(dirname(path))
}

/** The split that a folder above the class folder names. */
function splitOf(path: string): string | null {
  for (const folder of path.split('/').slice(0, -2)) {
    const split = splitOfName(folder)
    if (split !== null) return split
  }
  return null
}

/** The name that the folder, the repository or the top folder of the images gives the dataset. */
function spokenName({ tree, repo, entries }: AdapterSource): string | null {
  const names = `${repo ?? tree.name} ${entries.find((entry) => wnidFolder.test(entry.path))?.path.split('/')[0] ?? ''}`
  if (/imagenet[-_]?a(?![a-z])/i.test(names)) return 'ImageNet-A'
  if (/imagenet[-_]?r(?![a-z])/i.test(names)) return 'ImageNet-R'
  if (/imagenet[-_]?sketch/i.test(names)) return 'ImageNet-Sketch'
  return null
}

/** Labels of the classes that have a folder, in ImageNet's order, then the folders that are none of its classes. */
function presentClasses(paths: readonly string[]): readonly string[] {
  const wnids = [...new Set(paths.map(wnidOf))]
  const ids = wnids.map(imagenetIdOfWnid).filter((id) => id !== undefined)
  const others = wnids.filter((wnid) => imagenetIdOfWnid(wnid) === undefined)
  return [...ids.sort((a, b) => a - b).map((id) => imagenetLabels[id]!), ...others.sort()]
}

function noteFolders(paths: readonly string[]): readonly Finding[] {
  const unknown = paths.filter((path) => imagenetIdOfWnid(wnidOf(path)) === undefined)
  return [
    ...noteCases(
      'adapter_wnid',
      'Class folders are WordNet ids of ImageNet classes.',
      'read as the classes’ names, each accepting its own ImageNet class',
      [],
      paths.length - unknown.length,
    ),
    ...noteCases(
      'adapter_wnid_unknown',
      'Class folders that are WordNet ids of no ImageNet class.',
      'kept as labels, without accepted classes',
      [...new Set(unknown.map(wnidOf))],
      unknown.length,
    ),
  ]
}

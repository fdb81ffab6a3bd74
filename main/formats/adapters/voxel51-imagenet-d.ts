// ImageNet-D as it was pushed again with FiftyOne (Voxel51/ImageNet-D): the nuisance became the label, the object was lost, and
// the three CSV files of questions became samples. Put right step by step; each step is a finding.
import type { Finding } from '#core/sample.ts'
import type { DatasetIndex, ReadOptions, SampleBatch } from '../dataset-reader.ts'
import { readFiftyoneMetadata } from '../fiftyone-metadata.ts'
import { isImagePath } from '../image-type.ts'
import { basename } from '../safe-path.ts'
import type { AdapterSource, DatasetAdapter } from './dataset-adapter.ts'
import { nuisanceField, nuisanceTypes, objectNames, objectOfDisplay } from './imagenet-d-classes.ts'
import {
  type Questions,
  guessTerms,
  guessingModel,
  isQuestionFile,
  noteGuesses,
  readQuestions,
} from './imagenet-d-questions.ts'
import { noteImagenetDCounts, noteUnknownClasses } from './imagenet-d.ts'
import { noteCases } from './known-images.ts'

const repo = 'Voxel51/ImageNet-D'
const shortUuid = /^[2-9A-HJ-NP-Za-km-z]{22}\.png$/

export const voxel51ImagenetDAdapter: DatasetAdapter = {
  name: 'voxel51-imagenet-d',
  title: 'ImageNet-D (pushed again with FiftyOne)',
  async recognise(source, signal) {
    if (source.reader.format !== 'fiftyone') return null
    if (source.repo === repo) return `The repository is ${repo}.`
    return (await isCopy(source, signal))
      ? `It is a copy of ${repo}: the name, and images called as in ImageNet-D.`
      : null
  },
  async read(source, options, reason) {
    const { tree, entries, reader } = source
    const questions = await readQuestions(tree, entries, options.signal)
    const base = await reader.read(tree, entries, options, reason)
    const repair = createRepair(questions)
    const index: DatasetIndex = {
      format: base.format,
      reason,
      description: base.description,
      license: base.license,
      fields: [nuisanceField, ...base.fields.filter((field) => field.name !== nuisanceField.name)],
      labelField: 'object',
      classes: objectNames,
      runs: guessTerms,
      batches: repairBatches(base.batches, repair),
      findings: () => [...explainCsvSamples(base.findings()), ...questions.findings, ...repair.findings(options)],
    }
    return index
  },
}

/** A local copy: fiftyone.yml names ImageNet-D, all images are called by 22 letters, and it is no export of Foible's. */
async function isCopy({ tree, entries }: AdapterSource, signal: AbortSignal): Promise<boolean> {
  const images = entries.filter((entry) => isImagePath(entry.path) && entry.path.startsWith('data/'))
  if (images.length === 0 || !images.every((entry) => shortUuid.test(basename(entry.path)))) return false
  const yaml = entries.find((entry) => entry.path === 'fiftyone.yml' || entry.path === 'fiftyone.yaml')
  if (yaml === undefined) return false
  const text = new TextDecoder().decode(await tree.read(yaml.path, 1 << 20, signal))
  if (!/^name: ['"]?ImageNet-D['"]?\s*$/m.test(text)) return false
  return (await readFiftyoneMetadata(tree, signal)).foible === null
}

interface Repair {
  read(batch: SampleBatch): SampleBatch
  findings(options: ReadOptions): readonly Finding[]
}

function createRepair(questions: Questions): Repair {
  const nuisances: string[] = []
  const moved: string[] = []
  const unknown: string[] = []
  const unknownClasses: string[] = []
  let guessed = 0
  const describe = (fileName: string, label: string | null) => {
    const question = questions.byName.get(basename(fileName))
    const wasNuisance = label !== null && nuisanceTypes.includes(label)
    if (wasNuisance) moved.push(fileName)
    const nuisance = wasNuisance ? label : (question?.nuisance ?? null)
    if (nuisance !== null) nuisances.push(nuisance)
    // A push that has been put right at its source has the object as its label.
    const name = question?.object ?? (wasNuisance ? null : label)
    const object = name === null ? null : objectOfDisplay(name)
    if (object === null) unknown.push(fileName)
    else if (object.acceptedIds === null) unknownClasses.push(object.label)
    if (question?.guesses) guessed++
    return { nuisance, object, guesses: question?.guesses ?? null }
  }
  return {
    read(batch) {
      const known = batch.fileNames.map((fileName, i) => describe(fileName, batch.labels?.[i] ?? null))
      return {
        ...batch,
        labels: known.map(({ object }) => object?.label ?? null),
        acceptedIds: known.map(({ object }) => object?.acceptedIds ?? null),
        fields: new Map([...batch.fields, [nuisanceField.name, known.map(({ nuisance }) => nuisance)]]),
        predictions: new Map([
          ...batch.predictions,
          ...(known.some(({ guesses }) => guesses)
            ? [[guessingModel, known.map(({ guesses }) => guesses)] as const]
            : []),
        ]),
      }
    },
    findings: (options) => [
      ...noteCases(
        'adapter_imagenet_d',
        'The label of this repository is the type of nuisance, not the object; the authors’ release (zcs15/ImageNet-D) has both in its folders.',
        'moved to the field nuisance; the 113 classes accept 125 ImageNet classes',
        [],
        moved.length,
      ),
      ...noteImagenetDCounts(nuisances, options),
      ...noteUnknownClasses(unknownClasses),
      ...noteGuesses(guessed),
      ...noteCases(
        'adapter_imagenet_d_no_object',
        questions.files.length === 0
          ? 'Images whose object is unknown: the questions (questions/*.csv) are not in this repository. Import zcs15/ImageNet-D, which has them.'
          : 'Images that the questions do not name: their object is unknown.',
        'kept, without a label',
        unknown,
      ),
    ],
  }
}

async function* repairBatches(batches: AsyncIterable<SampleBatch>, repair: Repair): AsyncGenerator<SampleBatch> {
  for await (const batch of batches) yield repair.read(batch)
}

/** The reader has passed over samples that are no images; here it is known what they are. */
function explainCsvSamples(findings: readonly Finding[]): readonly Finding[] {
  return findings.map((finding) =>
    finding.rule === 'not_an_image' && finding.examples.every((example) => isQuestionFile(example.split(': ').at(-1)!))
      ? {
          ...finding,
          message: 'Samples that are the CSV files of the questions, not images.',
          action: 'dropped as samples, read for objects and guesses',
        }
      : finding,
  )
}

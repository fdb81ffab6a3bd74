// foible infer: finds a value for every image, by words or by examples, and says how often it agrees with what is known.
import { readFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import type { InferBy, InferredAccuracy } from '#contract/infer.ts'
import { FoibleError } from '#core/errors.ts'
import { everything } from '#core/filter/expr.ts'
import { formatCount } from '#core/format/numbers.ts'
import { distinctWords, readWords, vocabularyNames } from '#core/infer/vocabulary.ts'
import { type RunCommand, positiveInteger } from '../command-line.ts'
import { formatShare } from '../format-share.ts'
import { type Session, parseWhere } from '../session.ts'

interface InferFlags {
  readonly field: string
  readonly model?: string
  readonly vocabulary?: string
  readonly template?: readonly string[]
  readonly by: 'text' | 'examples'
  readonly examples?: string
  readonly run?: string
  readonly neighbours: number
  readonly withinClass: 'auto' | 'on' | 'off'
  readonly known?: string
  readonly ep: string
  readonly where?: string
}

/** Of a list on disk: far more than any vocabulary takes. */
const maxListBytes = 8 * 2 ** 20

export function addInferCommand(program: Command, run: RunCommand): void {
  program
    .command('infer')
    .description('find a value (such as the background) for every image, by a dual encoder or by labelled examples')
    .argument('<dataset>')
    .requiredOption('--field <name>', 'the field to make, or to go on with')
    .addOption(new Option('--by <way>', 'how').choices(['text', 'examples']).default('text'))
    .option('--model <name>', 'a dual encoder of the library (by text)')
    .option(
      '--vocabulary <v>',
      'scenes, textures, materials, field:NAME, a file of one value a line, or a,b,c (by text)',
    )
    .option('--template <sentence...>', 'sentences with {} where the value goes (by text)')
    .option('--examples <field>', 'the field whose values are the examples (by examples)')
    .option('--run <name>', 'a run that keeps its embeddings (by examples)')
    .option('--neighbours <n>', 'how many of the nearest examples vote', positiveInteger, 20)
    .addOption(
      new Option('--within-class <when>', 'compare images by how they differ from their class')
        .choices(['auto', 'on', 'off'])
        .default('auto'),
    )
    .option('--known <field>', 'the field to compare with (default: the one that shares most values)')
    .option('--ep <provider>', 'execution provider', 'auto')
    .option('--where <filter>', 'only these samples')
    .action((dataset: string, flags: InferFlags) =>
      run(async (session) => {
        const summary = await session.client.call('datasets.open', { dataset })
        const by = await readBy(flags)
        const filter = flags.where === undefined ? null : parseWhere(summary, flags.where)
        const { job } = await session.client.call('inferred.start', { dataset, field: flags.field, by, filter })
        const { result } = await session.finish(job)
        const [described, known, values] = await Promise.all([
          session.client.call('inferred.describe', { dataset, field: flags.field }),
          compare(session, dataset, flags),
          countValues(session, dataset, flags.field),
        ])
        const document = {
          field: flags.field,
          model: described.model,
          how: described.how,
          samples: result?.['samples'],
          done: result?.['done'],
          failed: result?.['failed'],
          reviewed: described.reviewed,
          values,
          known,
        }
        session.print(document, () =>
          [
            `${flags.field}: ${formatCount(Number(result?.['done']))} of ${formatCount(Number(result?.['samples']))} samples have a value`,
            `${described.how}.`,
            known === null ? 'No other field has values to compare with.' : agreement(known),
          ].join('\n'),
        )
      }),
    )
}

async function readBy(flags: InferFlags): Promise<InferBy> {
  if (flags.by === 'examples') {
    const { examples, run, neighbours, withinClass } = flags
    if (examples !== undefined && run !== undefined) return { kind: 'examples', examples, run, neighbours, withinClass }
    throw new FoibleError('usage', 'Say which field has the --examples, and which --run keeps the embeddings.', {})
  }
  const { model, vocabulary, template, ep } = flags
  if (model === undefined || vocabulary === undefined) {
    throw new FoibleError('usage', 'Say which --model infers, and out of which --vocabulary.', {})
  }
  return {
    kind: 'text',
    model,
    vocabulary: await readVocabulary(vocabulary),
    templates: template === undefined ? null : [...template],
    provider: ep,
  }
}

async function readVocabulary(text: string): Promise<Extract<InferBy, { kind: 'text' }>['vocabulary']> {
  const name = vocabularyNames.find((known) => known === text)
  if (name !== undefined) return { kind: 'named', name }
  if (text.startsWith('field:')) return { kind: 'field', field: text.slice('field:'.length) }
  const list = await readList(text)
  if (list !== null) return { kind: 'words', words: [...readWords(list).words] }
  if (text.includes(',')) {
    const words = text.split(',').map((word) => word.trim())
    return { kind: 'words', words: distinctWords(words.filter((word) => word !== '')).words }
  }
  throw new FoibleError(
    'not_found',
    `There is no list “${text}”. A vocabulary is ${vocabularyNames.join(', ')}, field:NAME, a file of one value a line, or values with commas between them.`,
    { vocabulary: text },
  )
}

/** null where there is no such file. */
async function readList(file: string): Promise<string | null> {
  const data = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENAMETOOLONG' || error.code === 'EISDIR') return null
    throw error
  })
  if (data !== null && data.length > maxListBytes) {
    throw new FoibleError('too_large', `“${file}” is too large for a list of values.`, { bytes: data.length })
  }
  return data?.toString('utf8') ?? null
}

async function compare(session: Session, dataset: string, { field, known }: InferFlags) {
  const { knownFields } = await session.client.call('inferred.describe', { dataset, field })
  const other = known ?? knownFields[0]
  if (other === undefined) return null
  const accuracy = await session.client.call('inferred.accuracy', { dataset, field, known: other, filter: everything })
  const { version: _version, field: _field, known: name, ...figures } = accuracy
  return { field: name, ...figures }
}

function agreement({
  field,
  n,
  right,
  atLeast,
}: Pick<InferredAccuracy, 'n' | 'right' | 'atLeast'> & { field: string }) {
  const sure = atLeast.find(({ margin }) => margin === 0.1)
  const among = sure === undefined || sure.n === 0 ? '' : `; with margins from .1 ${formatShare(sure.right, sure.n)}`
  return `As ${field} says: ${formatShare(right, n)}${among}`
}

async function countValues(session: Session, dataset: string, field: string): Promise<Record<string, number>> {
  const values = await session.client.call('query.values', {
    dataset,
    path: { kind: 'field', name: field },
    search: '',
    limit: 1000,
  })
  return Object.fromEntries(values.filter(({ count }) => count > 0).map(({ value, count }) => [String(value), count]))
}

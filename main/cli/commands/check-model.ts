// foible models check: whether a model is fed as it was meant to be, tried on a few labelled images.
import type { Command } from 'commander'
import type { CandidateInfo, PreprocessingCheck } from '#contract/preprocessing.ts'
import { FoibleError } from '#core/errors.ts'
import { formatInterval, formatProbability, formatRate } from '#core/format/numbers.ts'
import { feedingSettings } from '#core/preprocessing/feeding-settings.ts'
import { type RunCommand, positiveInteger } from '../command-line.ts'
import { formatTable } from '../format-table.ts'
import type { Session } from '../session.ts'

interface CheckFlags {
  readonly sample?: number
  readonly ep: string
  readonly seed?: number
  readonly maxSeconds?: number
  readonly use?: true | string
}

const leastSample = 8
const mostSample = 1024

export function addCheckCommand(models: Command, run: RunCommand): void {
  models
    .command('check')
    .description('try other ways to prepare images for a model on a few labelled ones')
    .argument('<model>')
    .argument('<dataset>')
    .option('--sample <n>', 'labelled images to try them on (default: 64)', positiveInteger)
    .option('--ep <provider>', 'execution provider', 'auto')
    .option('--seed <n>', 'another seed, another sample', positiveInteger)
    .option('--max-seconds <n>', 'about how long it may take (default: 300)', positiveInteger)
    .option('--use [name]', 'where another way is better, add the model with it')
    .action((model: string, dataset: string, flags: CheckFlags) =>
      run(async (session) => {
        const { sample, seed, maxSeconds } = flags
        if (sample !== undefined && (sample < leastSample || sample > mostSample)) {
          throw new FoibleError('usage', `--sample takes ${leastSample} to ${mostSample} images.`, { sample })
        }
        const check = await session.client.call(
          'preprocessing.check',
          {
            model,
            dataset,
            provider: flags.ep,
            ...(sample !== undefined && { sampleSize: sample }),
            ...(seed !== undefined && { seed }),
            ...(maxSeconds !== undefined && { maxSeconds }),
          },
          { onProgress: session.watch(`Checking ${model}`, 'images') },
        )
        const added = flags.use === undefined ? null : await useBetter(session, check, flags.use)
        session.print({ ...check, added }, () => formatCheck(check, added))
      }),
    )
}

/** The name of the model that was added; null where nothing is better. */
async function useBetter(session: Session, check: PreprocessingCheck, name: true | string): Promise<string | null> {
  const better = check.better === null ? undefined : check.candidates[check.better]
  if (better === undefined) return null
  const own = check.candidates.find(({ standing }) => standing === 'own')
  const derived = await session.client.call('models.derive', {
    model: check.model,
    name: name === true ? null : name,
    settings: feedingSettings(better.feeding, own?.feeding),
  })
  return derived.name
}

function formatCheck(check: PreprocessingCheck, added: string | null): string {
  const table = formatTable(
    ['preprocessing', 'right', 'accuracy', 'truth', 'entropy', 'better on', 'worse on', 'against its own'],
    check.candidates.map((candidate) => [
      candidate.name,
      String(candidate.right),
      candidate.accuracy === null ? '–' : `${formatRate(candidate.accuracy)} ${formatInterval(candidate.interval)}`,
      candidate.truthConfidence?.toFixed(3) ?? '–',
      candidate.entropy?.toFixed(2) ?? '–',
      ...formatPaired(candidate),
    ]),
  )
  const notes = [
    `On ${check.images} images (${check.protocol}, ${check.provider}).`,
    ...(check.unreadable > 0 ? [`${check.unreadable} more could not be read.`] : []),
    ...(check.isCutShort ? ['Time was short for all images and ways: give more with --max-seconds.'] : []),
  ]
  const end = added === null ? [] : [`Added as ${added}.`]
  return [table, '', notes.join(' '), check.sentence, check.advice, ...end].join('\n')
}

function formatPaired({ standing, higher, lower, p }: CandidateInfo): string[] {
  if (standing === 'own') return ['', '', '']
  if (p === null) return ['', '', 'does not run']
  return [String(higher), String(lower), `${standing} (${formatProbability('p', p)})`]
}

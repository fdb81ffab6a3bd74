// foible mine: images that surrogate models fail on together, and whether other models fail on them too.
import type { Command } from 'commander'
import type { Mining } from '#contract/mining.ts'
import { FoibleError } from '#core/errors.ts'
import { fromClauses } from '#core/filter/clauses.ts'
import { nounOf } from '#core/format/noun-of.ts'
import { formatCount } from '#core/format/numbers.ts'
import { type RunCommand, nameList } from '../command-line.ts'
import { formatShare } from '../format-share.ts'
import { formatTable } from '../format-table.ts'
import { type Where, openUnder } from './query.ts'

interface MineFlags extends Where {
  readonly surrogates: string[]
  readonly models?: string[]
  readonly against?: string[]
  readonly threshold?: string
  readonly save?: string
}

export function addMineCommand(program: Command, run: RunCommand): void {
  program
    .command('mine')
    .description('images that surrogate models fail on together, and how other models fare on them')
    .argument('<dataset>')
    .requiredOption('--surrogates <names>', 'models whose shared failures are mined, separated by commas', nameList)
    .option('--models <names>', 'models to try on them (default: all others)', nameList)
    .option('--against <names>', 'a second set of surrogates, to see how far both mine the same', nameList)
    .option('--threshold <n>', 'with --save: how many surrogates have to fail (default: all)')
    .option('--save <name>', 'keep the mined set as a saved view')
    .option('--where <filter>')
    .action((dataset: string, flags: MineFlags) =>
      run(async (session) => {
        const { summary, filter } = await openUnder(session, dataset, flags)
        const { surrogates, against } = flags
        const others = summary.runs.map(({ model }) => model).filter((model) => !surrogates.includes(model))
        const mining = await session.client.call('mining.compute', {
          dataset,
          filter,
          surrogates,
          models: flags.models ?? others,
          against: against ?? null,
        })
        if (flags.save !== undefined) {
          const wanted = Number(flags.threshold ?? surrogates.length)
          const set = mining.sets.find(({ threshold }) => threshold === wanted)
          if (set === undefined) {
            throw new FoibleError('usage', `--threshold is a number from 1 to ${surrogates.length}.`)
          }
          if (set.count === 0) {
            const message = `There is nothing to save: on no judged ${nounOf(summary)} do at least ${wanted} of ${surrogates.length} surrogates fail. Lower --threshold or choose other surrogates.`
            throw new FoibleError('usage', message, { threshold: wanted, surrogates })
          }
          const rule = fromClauses([filter, set.filter])
          await session.client.call('views.save', { dataset, name: flags.save, filter: rule, layout: null })
        }
        session.print(mining, () => formatMining(mining, `${nounOf(summary)}s`))
      }),
    )
}

function formatMining({ surrogates, pool, sets, models, warning }: Mining, noun: string): string {
  const share = ({ n, failures }: { n: number; failures: number }) => formatShare(failures, n)
  return [
    `${formatCount(pool)} ${noun} judged by ${surrogates.join(', ')}`,
    formatTable(
      ['at least', noun, ...models.map(({ model }) => `${model} fails`)],
      [
        ['(all)', formatCount(pool), ...models.map(share)],
        ...sets.map((set) => [`${set.threshold} fail`, formatCount(set.count), ...set.models.map(share)]),
      ],
    ),
    warning,
  ].join('\n')
}

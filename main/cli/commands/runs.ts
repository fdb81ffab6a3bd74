// foible runs, runs rename, runs delete: what was predicted of a dataset, under which protocol, and how right.
import type { Command } from 'commander'
import { describeProtocol } from '#core/compare/describe-protocols.ts'
import { formatCount } from '#core/format/numbers.ts'
import type { RunCommand } from '../command-line.ts'
import { formatShare } from '../format-share.ts'
import { formatTable } from '../format-table.ts'

export function addRunCommands(program: Command, run: RunCommand): void {
  const runs = program.command('runs').description('list the runs of a dataset, give one another name, or delete one')

  runs
    .command('list', { isDefault: true })
    .description('list the runs of a dataset')
    .argument('<dataset>')
    .action((dataset: string) =>
      run(async (session) => {
        const summary = await session.client.call('datasets.open', { dataset })
        session.print(summary.runs, (list) =>
          formatTable(
            ['run', 'model', 'protocol', 'predicted', 'right', 'provider', 'images/s', 'preprocessing'],
            list.map((known) => [
              known.model,
              known.modelName ?? 'imported',
              describeProtocol(known),
              formatCount(known.predicted),
              known.accuracy === null ? 'none judged' : formatShare(known.right, known.judged),
              known.provider,
              known.imagesPerSecond === null ? '' : formatCount(Math.round(known.imagesPerSecond)),
              known.preprocessing,
            ]),
          ),
        )
      }),
    )

  runs
    .command('rename')
    .description('give a run another name; saved views that speak of it go along')
    .argument('<dataset>')
    .argument('<run>')
    .argument('<name>')
    .action((dataset: string, model: string, name: string) =>
      run(async (session) => {
        await session.client.call('runs.rename', { dataset, model, name })
        session.print({ dataset, run: name.trim(), before: model }, (named) => `${model} is called ${named.run} now.`)
      }),
    )

  runs
    .command('delete')
    .description('delete what a run predicted')
    .argument('<dataset>')
    .argument('<run>')
    .action((dataset: string, model: string) =>
      run(async (session) => {
        const { runs: known } = await session.client.call('datasets.open', { dataset })
        const predicted = known.find((one) => one.model === model)?.predicted ?? 0
        await session.client.call('runs.delete', { dataset, model })
        session.print(
          { dataset, run: model, deleted: predicted },
          () => `${formatCount(predicted)} predictions of ${model} are deleted.`,
        )
      }),
    )
}

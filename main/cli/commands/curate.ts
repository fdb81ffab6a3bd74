// foible tag, views, export.
import path from 'node:path'
import type { Command } from 'commander'
import { exportFormats } from '#contract/work.ts'
import { FoibleError } from '#core/errors.ts'
import { nounOf } from '#core/format/noun-of.ts'
import { formatCount } from '#core/format/numbers.ts'
import type { RunCommand } from '../command-line.ts'
import { formatTable } from '../format-table.ts'
import { parseWhere } from '../session.ts'

interface ExportFlags {
  readonly where?: string
  readonly format: string
  readonly out: string
  readonly media?: string
}

export function addCurateCommands(program: Command, run: RunCommand): void {
  program
    .command('tag')
    .description('tag the samples under a filter, or take the tag off them')
    .argument('<dataset>')
    .argument('<name>')
    .requiredOption('--where <filter>')
    .option('--remove', 'take the tag off')
    .action((dataset: string, tag: string, flags: { readonly where: string; readonly remove?: boolean }) =>
      run(async (session) => {
        if (tag.trim() === '') throw new FoibleError('usage', 'A tag needs a name.')
        const summary = await session.client.call('datasets.open', { dataset })
        const result = await session.client.call('tags.apply', {
          dataset,
          tag,
          target: { kind: 'filter', filter: parseWhere(summary, flags.where) },
          on: flags.remove !== true,
        })
        session.print(
          { tag, ...result },
          () => `${formatCount(result.changed)} changed; “${tag}” is on ${formatCount(result.total)} samples`,
        )
      }),
    )

  program
    .command('views')
    .description('list the saved views of a dataset')
    .argument('<dataset>')
    .action((dataset: string) =>
      run(async (session) => {
        const { views, cube } = await session.client.call('datasets.open', { dataset })
        const checks = await session.client.call('views.check', { dataset })
        const listed = views.map(({ name, where, saved }) => {
          const { matched, version, changes, sentence } = checks.find((check) => check.name === name)!
          return { name, where, samples: matched, version, saved, changes, sentence }
        })
        session.print(listed, () =>
          listed.length === 0
            ? 'No saved view.'
            : [
                formatTable(
                  ['view', `${nounOf({ cube })}s`, 'filter'],
                  listed.map(({ name, samples, where }) => [
                    name,
                    samples === null ? '–' : formatCount(samples),
                    where,
                  ]),
                ),
                ...listed.flatMap(({ name, sentence }) => (sentence === null ? [] : [`${name}: ${sentence}`])),
              ].join('\n'),
        )
      }),
    )

  program
    .command('export')
    .description('write the samples under a filter, with their evidence, to a new folder')
    .argument('<dataset>')
    .option('--where <filter>')
    .requiredOption('--format <format>', exportFormats.join(', '))
    .requiredOption('--out <folder>')
    .option('--media <how>', 'copy, link or none (default: copy; with csv none)')
    .action((dataset: string, flags: ExportFlags) =>
      run(async (session) => {
        const format = exportFormats.find((known) => known === flags.format)
        if (format === undefined) throw new FoibleError('usage', `--format is one of ${exportFormats.join(', ')}.`)
        const wanted = flags.media ?? (format === 'csv' ? 'none' : 'copy')
        const media = (['copy', 'link', 'none'] as const).find((known) => known === wanted)
        if (media === undefined) throw new FoibleError('usage', '--media is copy, link or none.')
        const summary = await session.client.call('datasets.open', { dataset })
        const folder = path.resolve(flags.out)
        const { job } = await session.client.call('exports.start', {
          dataset,
          filter: parseWhere(summary, flags.where),
          format,
          place: session.engine.places.register(path.dirname(folder)),
          name: path.basename(folder),
          media,
        })
        const { result } = await session.finish(job)
        session.print(result, () => `${formatCount(Number(result?.['samples']))} samples in ${folder}`)
      }),
    )
}

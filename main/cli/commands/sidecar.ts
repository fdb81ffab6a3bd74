// foible sidecar: joins a file to a dataset.
import type { Command } from 'commander'
import type { JoinBy } from '#contract/sidecars.ts'
import { FoibleError } from '#core/errors.ts'
import { formatCount } from '#core/format/numbers.ts'
import { type RunCommand, nameList } from '../command-line.ts'

export const joinHelp = 'which column names the samples, and how: path, basename, stem, id or last-part'

export function addSidecarCommand(program: Command, run: RunCommand): void {
  program
    .command('sidecar')
    .description('join a CSV, TSV, JSONL, JSON or Parquet file (or a folder of Parquet shards) as fields')
    .argument('<dataset>')
    .argument('<file>')
    .option('--columns <a,b>', 'only these columns', nameList)
    .option('--join <column:key>', joinHelp)
    .action((dataset: string, file: string, flags: { readonly columns?: string[]; readonly join?: string }) =>
      run(async (session) => {
        const { job } = await session.client.call('sidecars.join', {
          dataset,
          place: session.engine.places.register(file),
          joinBy: parseJoin(flags.join),
          columns: flags.columns ?? null,
        })
        const { result } = await session.finish(job)
        session.print(result, (joined) => {
          const fields = joined?.['fields'] as readonly { readonly name: string }[]
          const accepted = Number(joined?.['accepted'])
          return [
            `${formatCount(Number(joined?.['matched']))} rows joined, ${formatCount(Number(joined?.['unmatched']))} without a sample`,
            ...(fields.length > 0 ? [`fields: ${fields.map(({ name }) => name).join(', ')}`] : []),
            ...(accepted > 0 ? [`accepted labels of ${formatCount(accepted)} samples`] : []),
          ].join('\n')
        })
      }),
    )
}

/** "file_name:basename"; null where nothing was said. The last colon parts them: a column may have some of its own. */
export function parseJoin(text: string | undefined): JoinBy | null {
  if (text === undefined) return null
  const [, column, key] = /^(.+):(path|basename|stem|id|last-part)$/s.exec(text) ?? []
  if (column !== undefined) return { column, key: key as JoinBy['key'] }
  throw new FoibleError('usage', `“${text}” is not COLUMN:KEY; the keys are path, basename, stem, id and last-part.`)
}

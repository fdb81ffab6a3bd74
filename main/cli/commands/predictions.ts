// foible predictions import, predictions export.
import path from 'node:path'
import type { Command } from 'commander'
import { formatCount } from '#core/format/numbers.ts'
import type { RunCommand } from '../command-line.ts'
import { parseWhere } from '../session.ts'
import { joinHelp, parseJoin } from './sidecar.ts'

export function addPredictionCommands(program: Command, run: RunCommand): void {
  const predictions = program.command('predictions').description('take a model’s answers in from a file, or out to one')
  predictions
    .command('import')
    .description('take the answers of a CSV, TSV, JSONL, JSON or Parquet file as a run')
    .argument('<dataset>')
    .argument('<file>')
    .requiredOption('--model <name>', 'the name to show the run under')
    .option('--join <column:key>', joinHelp)
    .action((dataset: string, file: string, flags: { readonly model: string; readonly join?: string }) =>
      run(async (session) => {
        const { job } = await session.client.call('predictions.import', {
          dataset,
          place: session.engine.places.register(file),
          model: flags.model,
          joinBy: parseJoin(flags.join),
        })
        const { result } = await session.finish(job)
        session.print(result, (imported) =>
          [
            `${formatCount(Number(imported?.['predicted']))} predictions of ${flags.model}; ${formatCount(Number(imported?.['unmatched']))} rows without a sample`,
            String(imported?.['answers']),
          ].join('\n'),
        )
      }),
    )

  predictions
    .command('export')
    .description('write a run’s answers to a new .csv or .parquet file')
    .argument('<dataset>')
    .requiredOption('--model <name>')
    .requiredOption('--out <file>')
    .option('--where <filter>')
    .action((dataset: string, flags: { readonly model: string; readonly out: string; readonly where?: string }) =>
      run(async (session) => {
        const summary = await session.client.call('datasets.open', { dataset })
        const file = path.resolve(flags.out)
        const { job } = await session.client.call('predictions.export', {
          dataset,
          model: flags.model,
          filter: parseWhere(summary, flags.where),
          place: session.engine.places.register(path.dirname(file)),
          name: path.basename(file),
        })
        const { result } = await session.finish(job)
        session.print(result, () => `${formatCount(Number(result?.['rows']))} predictions in ${file}`)
      }),
    )
}

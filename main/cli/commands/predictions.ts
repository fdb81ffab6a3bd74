// foible predictions import, predictions export.
import path from 'node:path'
import type { Command } from 'commander'
import { formatCount } from '#core/format/numbers.ts'
import type { KeptKind } from '#core/sample.ts'
import { type RunCommand, parseKept } from '../command-line.ts'
import { type Session, parseWhere } from '../session.ts'
import { joinHelp, parseJoin } from './sidecar.ts'

interface ExportFlags {
  readonly model: string
  readonly out: string
  readonly where?: string
  readonly with?: readonly KeptKind[]
}

interface ImportFlags {
  readonly model: string
  readonly join?: string
  readonly revision?: string
}

/** `hf:owner/name`, `hf:owner/name/folder-or-file`, or a path on this disk. */
function findFiles(session: Session, text: string, revision: string | null) {
  const hub = /^hf:([^/]+\/[^/]+)(?:\/(.*))?$/.exec(text)
  if (hub?.[1] === undefined) return { place: session.engine.places.register(text), hub: null }
  const path = hub[2]?.replace(/\/+$/, '') ?? ''
  return { place: null, hub: { repo: hub[1], revision, path: path === '' ? null : path } }
}

export function addPredictionCommands(program: Command, run: RunCommand): void {
  const predictions = program.command('predictions').description('take a model’s answers in from a file, or out to one')
  predictions
    .command('import')
    .description('take the answers of a CSV, TSV, JSONL, JSON or Parquet file, or of a folder of shards, as a run')
    .argument('<dataset>')
    .argument('<file>')
    .requiredOption('--model <name>', 'the name to show the run under')
    .option('--join <column:key>', joinHelp)
    .option('--revision <revision>', 'branch, tag or commit of files on the Hub')
    .action((dataset: string, file: string, flags: ImportFlags) =>
      run(async (session) => {
        const { job } = await session.client.call('predictions.import', {
          dataset,
          ...findFiles(session, file, flags.revision ?? null),
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
    .option('--with <kinds>', 'of what the run keeps, in Parquet: logits, embedding, or both with a comma', parseKept)
    .action((dataset: string, flags: ExportFlags) =>
      run(async (session) => {
        const summary = await session.client.call('datasets.open', { dataset })
        const file = path.resolve(flags.out)
        const { job } = await session.client.call('predictions.export', {
          dataset,
          model: flags.model,
          filter: parseWhere(summary, flags.where),
          place: session.engine.places.register(path.dirname(file)),
          name: path.basename(file),
          vectors: [...(flags.with ?? [])],
        })
        const { result } = await session.finish(job)
        session.print(result, () => `${formatCount(Number(result?.['rows']))} predictions in ${file}`)
      }),
    )
}

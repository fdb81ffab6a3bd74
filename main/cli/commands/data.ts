// foible import, datasets, fields.
import { type Command, Option } from 'commander'
import type { DatasetSummary } from '#contract/library.ts'
import { formatCount } from '#core/format/numbers.ts'
import { type FormatName, type LabelRule, formatNames, labelRules } from '#core/sample.ts'
import { type RunCommand, positiveInteger } from '../command-line.ts'
import { findSource } from '../session.ts'
import { formatTable } from '../format-table.ts'

interface ImportFlags {
  readonly name?: string
  readonly format?: FormatName
  readonly adapter: boolean
  readonly revision?: string
  readonly split?: string
  readonly maxSamples?: number
  readonly copy?: boolean
  readonly labelMap?: string
  readonly labelRule?: LabelRule
}

export function addDataCommands(program: Command, run: RunCommand): void {
  program
    .command('import')
    .description('import a dataset: a folder, a file, or a Hub id (hf:owner/name)')
    .argument('<source>', 'hf:owner/name, owner/name, a folder or a file')
    .option('--name <name>', 'name in the library')
    .addOption(new Option('--format <format>', 'read it as this format instead of the likeliest').choices(formatNames))
    .option('--no-adapter', 'read a dataset that Foible recognises as it lies there')
    .option('--revision <revision>', 'branch, tag or commit of a Hub dataset')
    .option('--split <split>', 'only this split')
    .option('--max-samples <n>', 'stop after so many samples', positiveInteger)
    .addOption(
      new Option('--label-rule <rule>', 'which annotation is the label of an image with several').choices(labelRules),
    )
    .option('--copy', 'copy the images into the library instead of referring to them')
    .option('--label-map <file>', 'what the classes are to ImageNet models: CSV (class, ids) or JSON')
    .action((text: string, flags: ImportFlags) =>
      run(async (session) => {
        const source = await findSource(session, text, flags.revision ?? null)
        const started = await session.client.call('imports.start', {
          source,
          name: flags.name ?? null,
          split: flags.split ?? null,
          maxSamples: flags.maxSamples ?? null,
          copy: flags.copy ?? false,
          format: flags.format ?? null,
          useAdapter: flags.adapter,
          labelMap: flags.labelMap === undefined ? null : session.engine.places.register(flags.labelMap),
          labelRule: flags.labelRule ?? null,
        })
        await session.finish(started.job)
        const summary = await session.client.call('datasets.open', { dataset: started.dataset })
        const fields = summary.fields.map(({ name, kind, role, values }) => ({ name, kind, role, values }))
        const document = {
          dataset: summary.id,
          samples: summary.samples,
          format: summary.format,
          ...(summary.cube === null ? {} : { cells: summary.cube.cells }),
          fields,
          findings: summary.findings,
        }
        session.print(document, () => {
          const noticed = summary.findings.map((finding) => `  ${finding.message} ${finding.action}`.trimEnd())
          return [
            `${summary.id}: ${formatSize(summary)}`,
            ...(noticed.length > 0 ? ['Noticed:', ...noticed] : []),
          ].join('\n')
        })
      }),
    )

  program
    .command('datasets')
    .description('list the datasets of the library')
    .action(() =>
      run(async (session) => {
        const datasets = await session.client.call('datasets.list', {})
        session.print(datasets, (list) =>
          list.length === 0
            ? 'No dataset yet. Try “foible demo”, or “foible import”.'
            : formatTable(
                ['dataset', 'samples', 'format', 'models'],
                list.map((card) => [
                  card.id,
                  card.samples.toLocaleString('en-US'),
                  card.problem ?? card.format,
                  card.runs.map(({ model }) => model).join(', '),
                ]),
              ),
        )
      }),
    )

  program
    .command('fields')
    .description('list the fields of a dataset')
    .argument('<dataset>')
    .action((dataset: string) =>
      run(async (session) => {
        const { fields } = await session.client.call('datasets.open', { dataset })
        session.print(fields, (list) =>
          formatTable(
            ['field', 'kind', 'role', 'values', 'missing'],
            list.map((field) => [field.name, field.kind, field.role, String(field.values), String(field.missing)]),
          ),
        )
      }),
    )
}

/** `4,835 samples (fiftyone)`, or `2,100,000,000 images in 4,512 cells (cube)`. */
function formatSize({ samples, cube, format }: DatasetSummary): string {
  const size =
    cube === null
      ? `${formatCount(samples)} samples`
      : `${formatCount(samples)} images in ${formatCount(cube.cells)} cells`
  return `${size} (${format})`
}

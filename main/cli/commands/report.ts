// foible report: the findings with their figures and evidence, as one HTML page and as Markdown.
import path from 'node:path'
import type { Command } from 'commander'
import { FoibleError } from '#core/errors.ts'
import { type RunCommand, nameList } from '../command-line.ts'
import { type Where, openUnder } from './query.ts'

interface ReportFlags extends Where {
  readonly models?: string[]
  readonly out?: string
}

export function addReportCommand(program: Command, run: RunCommand): void {
  program
    .command('report')
    .description('write what fools the models, with figures and evidence, as one HTML page and as Markdown')
    .argument('<dataset>')
    .option('--models <names>', 'separated by commas (default: all with predictions)', nameList)
    .option('--where <filter>')
    .option('--out <file>', 'without its extension (default: the name of the dataset and “-report”, here)')
    .action((dataset: string, flags: ReportFlags) =>
      run(async (session) => {
        const { summary, filter } = await openUnder(session, dataset, flags)
        const models = flags.models ?? summary.runs.map(({ model }) => model)
        if (models.length === 0) {
          throw new FoibleError('usage', `${dataset} has no predictions to report on: see “foible predict”.`)
        }
        const target = path.resolve((flags.out ?? `${dataset}-report`).replace(/\.(html|md)$/i, ''))
        const written = await session.client.call('reports.write', {
          dataset,
          filter,
          models,
          place: session.engine.places.register(path.dirname(target)),
          name: path.basename(target),
        })
        const folder = path.dirname(target)
        const files = { html: path.join(folder, written.html), markdown: path.join(folder, written.markdown) }
        session.print({ ...written, ...files }, () => `${files.html}\n${files.markdown}`)
      }),
    )
}

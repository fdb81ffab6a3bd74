// foible cube: a dataset's counts as one small file.
import path from 'node:path'
import { InvalidArgumentError, type Command } from 'commander'
import type { DatasetSummary } from '#contract/library.ts'
import { FoibleError } from '#core/errors.ts'
import { formatCount } from '#core/format/numbers.ts'
import { type RunCommand, binLimits, nameList } from '../command-line.ts'
import { type Where, openUnder } from './query.ts'

interface CubeFlags extends Where {
  readonly fields?: string[]
  readonly models?: string[]
  readonly bins?: readonly FieldBins[]
  readonly out: string
}

interface FieldBins {
  readonly field: string
  readonly limits: number[]
}

export function addCubeCommand(program: Command, run: RunCommand): void {
  program
    .command('cube')
    .description(
      'count images by field values, class and failing models into one Parquet file, which “foible import” reads',
    )
    .argument('<dataset>')
    .option('--fields <names>', 'separated by commas (default: all nuisances, else all categories)', nameList)
    .option('--models <names>', 'separated by commas (default: all with predictions)', nameList)
    .option('--bins <field=limits>', 'bins of a field of numbers, as in size=0,50,100; may be repeated', addBins)
    .option('--where <filter>')
    .requiredOption('--out <file>', 'a new .parquet file')
    .action((dataset: string, flags: CubeFlags) =>
      run(async (session) => {
        const { summary, filter } = await openUnder(session, dataset, flags)
        const models = flags.models ?? summary.runs.map(({ model }) => model)
        if (models.length === 0) {
          throw new FoibleError('usage', `${dataset} has no predictions to count: see “foible predict”.`)
        }
        const bins = [...(flags.bins ?? [])]
        const fields = flags.fields ?? [...new Set([...usualFields(summary), ...bins.map(({ field }) => field)])]
        const file = path.resolve(flags.out)
        const { cells, images } = await session.client.call(
          'cubes.write',
          {
            dataset,
            filter,
            fields,
            bins,
            models,
            place: session.engine.places.register(path.dirname(file)),
            name: path.basename(file),
          },
          { onProgress: session.watch('Writing the cube', 'cells') },
        )
        session.print({ file, cells, images }, () =>
          [
            `${formatCount(images)} images in ${formatCount(cells)} cells, by ${[...fields, 'class', ...models].join(', ')}`,
            file,
          ].join('\n'),
        )
      }),
    )
}

function usualFields({ fields }: DatasetSummary): string[] {
  const usable = fields.filter(({ role, builtIn, kind }) => role !== 'class' && !builtIn && kind !== 'text')
  const nuisances = usable.filter(({ role }) => role === 'nuisance')
  const chosen = nuisances.length > 0 ? nuisances : usable.filter(({ kind }) => kind !== 'number')
  return chosen.map(({ name }) => name)
}

/** `size=0,50,100`; a field's name may have an equals sign of its own. */
function addBins(text: string, before: readonly FieldBins[] = []): readonly FieldBins[] {
  const at = text.lastIndexOf('=')
  if (at < 1) throw new InvalidArgumentError('Bins are written as in size=0,50,100.')
  return [...before, { field: text.slice(0, at), limits: binLimits(text.slice(at + 1)) }]
}

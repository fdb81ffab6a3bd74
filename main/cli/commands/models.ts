// foible models, models add, predict. What derives models lies in derive-model.ts.
import { type Command, Option } from 'commander'
import type { KeptInfo } from '#contract/vectors.ts'
import { type KeptKind, type Protocol, protocols } from '#core/sample.ts'
import { type RunCommand, parseKept, positiveInteger } from '../command-line.ts'
import { formatTable } from '../format-table.ts'
import { parseWhere } from '../session.ts'
import { addCheckCommand } from './check-model.ts'
import { type SettingFlags, addDeriveCommands, addSettingOptions, readSettings } from './derive-model.ts'
import { type ModelSourceFlags, findModelSource } from './model-source.ts'
import { formatShare } from '../format-share.ts'

interface PredictFlags {
  readonly ep: string
  readonly batch?: number
  readonly protocol?: Protocol
  readonly template?: readonly string[]
  readonly where?: string
  readonly keep?: readonly KeptKind[]
}

interface AddFlags extends ModelSourceFlags, SettingFlags {
  readonly name?: string
  readonly variant?: string
}

export function addModelCommands(program: Command, run: RunCommand): void {
  const models = program
    .command('models')
    .description('list the models of the library, or add one')
    .action(() =>
      run(async (session) => {
        const list = await session.client.call('models.list', {})
        session.print(list, () =>
          formatTable(
            ['model', 'input', 'outputs', 'preprocessing', 'sha256'],
            list.map((model) => [
              model.name,
              model.input,
              model.outputs,
              model.preprocessing,
              model.sha256.slice(0, 12),
            ]),
          ),
        )
      }),
    )

  addSettingOptions(models.command('add'))
    .description('add an ONNX classifier: an .onnx file, its folder, hf:owner/name, or kserve:https://host:8000/model')
    .argument('<source>')
    .option('--name <name>', 'name in the library')
    .option('--revision <revision>', 'branch, tag or commit of a Hub model')
    .option('--variant <variant>', 'which of several ONNX files: fp32, fp16, int8, q4 ..., or its path')
    .option(
      '--like <model>',
      'of a model on a server: prepare images and name classes as this model, folder or Hub id does',
    )
    .option('--token-env <name>', 'of a model on a server: the environment variable that holds its token')
    .action((text: string, flags: AddFlags) =>
      run(async (session) => {
        const source = await findModelSource(session, text, flags)
        const model = await session.client.call('models.add', {
          source,
          name: flags.name ?? null,
          variant: flags.variant ?? null,
          settings: await readSettings(session, flags),
        })
        const { name, ...rest } = model
        session.print({ model: name, ...rest }, () =>
          [`${name}: ${model.input}, ${model.preprocessing}, ${model.outputs}`, ...model.notes].join('\n'),
        )
      }),
    )

  addDeriveCommands(models, run)
  addCheckCommand(models, run)

  program
    .command('predict')
    .description('predict a dataset with a model, or go on with it')
    .argument('<dataset>')
    .argument('<model>')
    .option('--ep <provider>', 'execution provider', 'auto')
    .option('--batch <n>', 'images a batch', positiveInteger)
    .addOption(
      new Option('--protocol <protocol>', 'judge over; a dual encoder’s is zero-shot, a classifier’s unmasked').choices(
        protocols,
      ),
    )
    .option('--template <text>', 'prompt of a zero-shot run, {} for the class; may be given again', collect)
    .option('--where <filter>', 'only these samples')
    .option('--keep <kinds>', 'of every image, beside its top five: logits, embedding, or both with a comma', parseKept)
    .action((dataset: string, model: string, flags: PredictFlags) =>
      run(async (session) => {
        const before = await session.client.call('datasets.open', { dataset })
        const { job } = await session.client.call('runs.start', {
          dataset,
          model,
          provider: flags.ep,
          batch: flags.batch ?? null,
          protocol: flags.protocol ?? null,
          templates: flags.template === undefined ? null : [...flags.template],
          filter: flags.where === undefined ? null : parseWhere(before, flags.where),
          keep: [...(flags.keep ?? [])],
        })
        const ended = await session.finish(job)
        const after = await session.client.call('datasets.open', { dataset })
        const result = after.runs.find(({ id }) => id === ended.result?.['run'])
        if (result === undefined) throw new Error(`no run of ${model} after predicting`)
        const document = {
          run: result.id,
          model: result.model,
          samples: after.samples,
          done: result.predicted,
          failed: result.failed,
          judged: result.judged,
          accuracy: result.accuracy,
          protocol: result.protocol,
          provider: result.provider,
          preprocessing: result.preprocessing,
          imagesPerSecond: result.imagesPerSecond,
          unmappedClasses: result.unmappedClasses,
          kept: result.kept,
          again: ended.result?.['again'] ?? 0,
          fromLogits: ended.result?.['fromLogits'] ?? 0,
        }
        session.print(document, () => {
          const accuracy =
            result.accuracy === null
              ? 'nothing could be judged'
              : `${formatShare(result.right, result.judged)} right (${result.protocol})`
          const failed = result.failed > 0 ? `, ${result.failed} could not be read` : ''
          const unmapped =
            result.unmappedClasses.length > 0
              ? `\nNot among the model's classes, hence not judged: ${result.unmappedClasses.join(', ')}`
              : ''
          return `${result.model}: ${result.predicted.toLocaleString('en-US')} predicted${failed}; ${accuracy}; on ${result.provider}${unmapped}${describeKept(result.kept)}`
        })
      }),
    )
}

function collect(text: string, known: readonly string[] = []): readonly string[] {
  return [...known, text]
}

function describeKept(kept: readonly KeptInfo[]): string {
  return kept
    .map(({ kind, size, samples, bytes }) => {
      const what = kind === 'logits' ? 'Logits' : 'Embeddings'
      return `\n${what} of ${samples.toLocaleString('en-US')} samples are kept: ${size} numbers each, ${(bytes / 1e6).toFixed(1)} MB`
    })
    .join('')
}

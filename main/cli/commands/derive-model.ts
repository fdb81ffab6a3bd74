// foible models derive, models remove: other settings for a model's files, and the end of a model.
import { stat } from 'node:fs/promises'
import type { Command } from 'commander'
import type { CallInput } from '#contract/contract.ts'
import { FoibleError } from '#core/errors.ts'
import type { ChosenPreprocessing } from '#core/models/model-settings.ts'
import type { RunCommand } from '../command-line.ts'
import {
  type StepFlags,
  addStepOptions,
  changeSteps,
  isAnyStepGiven,
  layoutOption,
  parseSteps,
} from '../preprocessing-flags.ts'
import type { Session } from '../session.ts'

export interface SettingFlags {
  readonly preprocessing?: string
  readonly labels?: string
  readonly layout?: 'nchw' | 'nhwc'
}

type Settings = CallInput<'models.derive'>['settings']

export function addSettingOptions(command: Command): Command {
  return command
    .option(
      '--preprocessing <file>',
      'how images are prepared: preprocessor_config.json, timm’s config.json, or the steps as JSON',
    )
    .option('--labels <file>', 'a file that names the classes in the order of the scores')
    .addOption(layoutOption())
}

export function addDeriveCommands(models: Command, run: RunCommand): void {
  addStepOptions(addSettingOptions(models.command('derive')))
    .description('the same file with other settings, as another model beside it')
    .argument('<model>')
    .option('--name <name>', 'name of the new model')
    .action((model: string, { name, ...flags }: SettingFlags & StepFlags & { readonly name?: string }) =>
      run(async (session) => {
        const settings = await readSettings(session, flags, await stepsOf(session, model, flags))
        const derived = await session.client.call('models.derive', { model, name: name ?? null, settings })
        const { name: made, ...rest } = derived
        session.print({ model: made, ...rest }, () =>
          [`${made}: ${derived.input}, ${derived.preprocessing}, ${derived.outputs}`, ...derived.notes].join('\n'),
        )
      }),
    )

  models
    .command('remove')
    .description('remove a model from the library; what it predicted stays')
    .argument('<model>')
    .action((model: string) =>
      run(async (session) => {
        await session.client.call('models.remove', { model })
        session.print({ model, removed: true }, () => `${model} is removed. What it predicted stays.`)
      }),
    )
}

/** The model's steps as the flags change them; null where they change none. */
async function stepsOf(
  session: Session,
  model: string,
  flags: SettingFlags & StepFlags,
): Promise<ChosenPreprocessing | null> {
  if (!isAnyStepGiven(flags)) return null
  if (flags.preprocessing !== undefined) {
    throw new FoibleError('usage', 'Give --preprocessing, or single steps such as --resize, not both.')
  }
  const known = await session.client.call('models.list', {})
  const base = known.find(({ name }) => name === model)
  if (base === undefined) {
    throw new FoibleError('not_found', `There is no model “${model}” in this library. See “foible models”.`, { model })
  }
  return changeSteps(base.steps, flags)
}

export async function readSettings(
  session: Session,
  { preprocessing, labels, layout }: SettingFlags,
  steps: ChosenPreprocessing | null = null,
): Promise<Settings> {
  const place = (file: string) => session.engine.places.register(file)
  const isFile = preprocessing !== undefined && (await stat(preprocessing).catch(() => null)) !== null
  return {
    preprocessing: preprocessing === undefined ? steps : isFile ? null : parseSteps(preprocessing),
    preprocessingFile: preprocessing !== undefined && isFile ? place(preprocessing) : null,
    labels: labels === undefined ? null : place(labels),
    layout: layout ?? null,
  }
}

// The command line: parses, runs one command, and turns errors into sentences and exit codes.
import { Command, CommanderError } from 'commander'
import { FoibleError } from '#core/errors.ts'
import { findResources } from '#engine/resources.ts'
import type { CliIo, GlobalOptions } from './cli-io.ts'
import type { RunCommand } from './command-line.ts'
import { type RunApp, addAppCommands } from './commands/app.ts'
import { addConfusionCommand } from './commands/confusion.ts'
import { addCubeCommand } from './commands/cube.ts'
import { addMineCommand } from './commands/mine.ts'
import { addReportCommand } from './commands/report.ts'
import { addCurateCommands } from './commands/curate.ts'
import { addDataCommands } from './commands/data.ts'
import { addDiscoverCommand } from './commands/discover.ts'
import { addInferCommand } from './commands/infer.ts'
import { addLabelsCommand } from './commands/labels.ts'
import { addLintCommand } from './commands/lint.ts'
import { addHubCommands } from './commands/hub.ts'
import { addMetricsCommand } from './commands/metrics.ts'
import { addModelCommands } from './commands/models.ts'
import { addRunCommands } from './commands/runs.ts'
import { addPredictionCommands } from './commands/predictions.ts'
import { addQueryCommands } from './commands/query.ts'
import { addSidecarCommand } from './commands/sidecar.ts'
import { addUpdateCommand } from './commands/update.ts'
import { exitCodeOf } from './exit-codes.ts'
import { explainUsage } from './explain-usage.ts'
import { withSession } from './session.ts'

/** Runs one command line (without the program's name) and returns its exit code. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  const program = new Command('foible')
    .description('See where image classifiers fail, and why.')
    .version(findResources().version)
    .option('--library <folder>', 'the library to work in (default: the user data folder)')
    .option('--json', 'one JSON document on stdout, progress on stderr')
    .option('--quiet', 'no progress')
    .option('--no-color', 'plain text')
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: (text) => io.err(text) })
    .exitOverride()
  const run: RunCommand = (work) => withSession(io, program.opts<GlobalOptions>(), work)
  const runApp: RunApp = (work) => work(io, program.opts<GlobalOptions>())
  addAppCommands(program, run, runApp)
  addDataCommands(program, run)
  addLintCommand(program, run)
  addSidecarCommand(program, run)
  addModelCommands(program, run)
  addRunCommands(program, run)
  addPredictionCommands(program, run)
  addInferCommand(program, run)
  addLabelsCommand(program, run)
  addQueryCommands(program, run)
  addDiscoverCommand(program, run)
  addMetricsCommand(program, run)
  addConfusionCommand(program, run)
  addMineCommand(program, run)
  addReportCommand(program, run)
  addCubeCommand(program, run)
  addCurateCommands(program, run)
  addHubCommands(program, run)
  addUpdateCommand(program, run)
  acceptGlobalsAnywhere(program)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return 0
  } catch (error) {
    return report(error, argv, program, io)
  }
}

/** `foible slices x --json` reads as naturally as `foible --json slices x`. */
function acceptGlobalsAnywhere(program: Command): void {
  for (const command of [program, ...program.commands.flatMap((child) => [child, ...child.commands])]) {
    if (command === program) continue
    command.exitOverride().configureOutput({ writeErr: () => undefined })
    for (const option of program.options) {
      if (option.long === '--version') continue
      command.addOption(option)
      command.on(`option:${option.attributeName()}`, () => undefined)
    }
    command.hook('preAction', (_parent, action) => {
      const own = action.opts<Record<string, unknown>>()
      for (const name of ['library', 'json', 'quiet'] as const) {
        if (own[name] !== undefined) program.setOptionValue(name, own[name])
      }
    })
  }
}

function report(error: unknown, argv: readonly string[], program: Command, io: CliIo): number {
  const json = argv.includes('--json')
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0
    return reportFailure(new FoibleError('usage', explainUsage(error, argv, program)), json, io)
  }
  if (error instanceof FoibleError) return reportFailure(error, json, io)
  const cause = error instanceof Error ? error : new Error(String(error))
  io.err(`${cause.stack}\n`)
  return reportFailure(new FoibleError('internal', `Something went wrong inside Foible: ${cause.message}`), json, io)
}

function reportFailure({ code, message, details }: FoibleError, json: boolean, io: CliIo): number {
  const line = message.replaceAll(/\s*\n\s*/g, ' ')
  io.err(json ? `${JSON.stringify({ error: { code, message, details } })}\n` : `foible: ${line} [${code}]\n`)
  return exitCodeOf(code)
}

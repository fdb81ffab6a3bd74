// foible start, serve, demo, doctor.
import type { Command } from 'commander'
import { FoibleError } from '#core/errors.ts'
import { createEngine, defaultLibraryFolder } from '#engine/create-engine.ts'
import { findResources } from '#engine/resources.ts'
import path from 'node:path'
import type { CliIo, GlobalOptions } from '../cli-io.ts'
import { type RunCommand, wholeNumber } from '../command-line.ts'
import { serveBrowser } from '../serve-browser.ts'
import { type Session, withSession } from '../session.ts'
import { openApp } from '../start-app.ts'
import { formatCheck, formatDoctor } from './format-doctor.ts'
import { formatSlices } from './query.ts'
import { type Demo, runDemo } from './run-demo.ts'

interface StartFlags {
  readonly browser?: boolean
  readonly port: number
  readonly open: boolean
}

/** Commands that outlive a session get the streams and the global options themselves. */
export type RunApp = (work: (io: CliIo, globals: GlobalOptions) => Promise<void>) => Promise<void>

export function addAppCommands(program: Command, run: RunCommand, runApp: RunApp): void {
  program
    .command('start', { isDefault: true })
    .description('open the app: a window, or the browser where there can be none')
    .option('--browser', 'use the browser')
    .option('--port <n>', 'port of the browser shell (0 = any)', wholeNumber, 0)
    .option('--no-open', 'do not open a browser')
    .action((flags: StartFlags) =>
      runApp(async (io, globals) => {
        const resources = findResources()
        const library = path.resolve(globals.library ?? defaultLibraryFolder())
        await withSession(io, globals, async (session) => {
          const { sample } = await session.client.call('app.info', {})
          if (sample.imported || (await session.client.call('datasets.list', {})).length === 0) await firstRun(session)
        })
        await openApp({
          library,
          root: path.dirname(path.dirname(resources.renderer)),
          rendererDir: resources.renderer,
          createEngine: () => createEngine({ library }),
          browser: flags.browser ?? false,
          port: flags.port,
          open: flags.open,
          print: (line) => io.out(line),
          signal: io.signal,
        })
      }),
    )

  program
    .command('serve')
    .description('serve the app to a browser on this machine; prints one address with its token')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port (0 = any)', wholeNumber, 0)
    .option('--allow-remote', 'listen on an address that other machines reach')
    .action((flags: { readonly host: string; readonly port: number; readonly allowRemote?: boolean }) =>
      runApp(async (io, globals) => {
        const engine = createEngine(globals.library === undefined ? {} : { library: globals.library })
        try {
          await serveBrowser({
            engine,
            host: flags.host,
            port: flags.port,
            allowRemote: flags.allowRemote ?? false,
            rendererDir: findResources().renderer,
            open: false,
            announce: (url) => io.out(globals.json === true ? JSON.stringify({ url }) : `Foible is at ${url}`),
            signal: io.signal,
          })
        } finally {
          await engine.close()
        }
      }),
    )

  program
    .command('demo')
    .description('the embedded sample and model: import, predict, and the backgrounds that fool it')
    .action(() =>
      run(async (session) => {
        const demo = await runDemo(session)
        session.print(demo.slices, () => formatDemo(demo))
      }),
    )

  program
    .command('doctor')
    .description(
      'runtime, execution providers that work and why others do not, disk; of a dataset, whether its columns agree',
    )
    .argument('[dataset]')
    .action((dataset: string | undefined) =>
      run(async (session) => {
        if (dataset !== undefined) return await checkDataset(session, dataset)
        const report = await session.client.call('app.doctor', {})
        session.print(report, () => formatDoctor(report))
      }),
    )
}

async function checkDataset(session: Session, dataset: string): Promise<void> {
  const check = await session.client.call('datasets.check', { dataset })
  session.print(check, formatCheck)
  if (check.problems.length === 0) return
  const message = `The columns of ${dataset} do not agree. Restore dataset.sqlite from a copy, or import again.`
  throw new FoibleError('broken_file', message, { dataset })
}

/** The first start does the main job before it opens; the other embedded models follow in the app, where one can watch. */
async function firstRun(session: Session): Promise<void> {
  const demo = await runDemo(session)
  session.io.out(formatDemo(demo))
  const { runs } = await session.client.call('datasets.open', { dataset: demo.dataset })
  for (const { model } of await otherEmbeddedModels(session)) {
    if (runs.some((known) => known.model === model && known.state === 'done')) continue
    session.engine.jobs.queue(predictJob(demo.dataset, model))
  }
}

async function otherEmbeddedModels(session: Session): Promise<{ readonly model: string }[]> {
  const models = await session.client.call('models.list', {})
  return models.filter((model) => model.origin === 'embedded').map((model) => ({ model: model.name }))
}

function predictJob(dataset: string, model: string) {
  return {
    kind: 'predict',
    title: `Predicting ${model} on ${dataset}`,
    dataset,
    model,
    unit: 'images',
    input: { dataset, model, provider: 'auto', batch: null, protocol: 'unmasked', filter: null },
  } as const
}

function formatDemo(demo: Demo): string {
  return [
    '',
    'What fools the model',
    ...demo.findings.map((sentence, index) => `${String(index + 1).padStart(3)}. ${sentence}`),
    '',
    formatSlices(demo.slices),
    '',
  ].join('\n')
}

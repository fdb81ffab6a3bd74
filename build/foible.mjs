#!/usr/bin/env node
// The bin. Finds a Node that can run Foible, builds what is missing or stale, and hands over to the command line.
// Must itself run on Node 20: nothing newer may be imported before the runtime is known.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { projectRoot, rerunOnNewerNode, runtimeProblem } from './node-runtime.mjs'

const args = process.argv.slice(2)
const cli = join(projectRoot, 'dist', 'node', 'cli.js')

/** Commands that show the interface need it built; the others need the engine only. */
function targetsFor(command) {
  const windows = [undefined, 'start', 'serve', 'demo', '--build-only', '--browser', '--no-open', '--port']
  return windows.includes(command) ? ['node', 'renderer', 'electron'] : ['node']
}

async function main() {
  const problem = runtimeProblem(process.versions)
  if (problem !== null) {
    const code = await rerunOnNewerNode(import.meta.filename, args)
    if (code !== null) return code
    process.stderr.write(`foible: ${problem}\n`)
    return 1
  }
  if (existsSync(join(projectRoot, 'main'))) {
    const { buildStale } = await import('./build-stale.mjs')
    if (!(await buildStale(targetsFor(args[0])))) return 1
  }
  if (args[0] === '--build-only') return 0
  const { runCli } = await import(pathToFileURL(cli).href)
  return await runCli(args, process)
}

process.exitCode = await main()

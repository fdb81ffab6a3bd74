#!/usr/bin/env node
// The bin. Finds a Node that can run Foible, builds what is missing or stale, and hands over to the command line.
// Must itself run on Node 20: nothing newer may be imported before the runtime is known.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { projectRoot, rerunOnNewerNode, runtimeProblem } from './node-runtime.mjs'

const args = process.argv.slice(2)
const cli = join(projectRoot, 'dist', 'node', 'cli.js')

/** Commands that open the interface need it built; the others need the engine only. */
function targetsFor(commandLine) {
  const takeValue = ['--library', '--port']
  const words = commandLine.filter((arg, at) => !arg.startsWith('-') && !takeValue.includes(commandLine[at - 1]))
  const opens = words.length === 0 || ['start', 'serve'].includes(words[0])
  return opens && !commandLine.includes('--help') ? ['node', 'renderer', 'electron'] : ['node']
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
    if (!(await buildStale(targetsFor(args)))) return 1
  }
  if (args[0] === '--build-only') return 0
  // The program reads process.argv, which is this one's.
  await import(pathToFileURL(cli).href)
  return process.exitCode ?? 0
}

process.exitCode = await main()

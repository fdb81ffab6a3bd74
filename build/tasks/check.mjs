// npm run check [-- --no-tests] [name …]: format, types, lint, imports, dead code, rules, unit, integration. All run, so that one
// call shows everything that is wrong; the last line says how many failed.
import { readdirSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot, rerunOnNewerNode, runtimeProblem } from '../node-runtime.mjs'
import { checkSpec } from './check-spec.mjs'
import { runPackage } from './run-command.mjs'

const projects = ['main/core', 'main/contract', 'main', 'native-models', 'renderer', 'electron', 'test', 'build']
const sources = ['main', 'native-models', 'renderer', 'electron', 'test', 'build']

const steps = {
  format: () => runPackage('prettier', ['--check', '--log-level', 'warn', '.']),
  types: checkTypes,
  lint: () => runPackage('oxlint', ['--config', 'build/oxlint.json', '--deny-warnings', '--quiet', ...sources]),
  imports: () =>
    runPackage('dependency-cruiser', ['--config', 'build/dependency-cruiser.mjs', ...sources], 'depcruise'),
  'dead code': () => runPackage('knip', ['--config', 'build/knip.json', '--no-progress']),
  rules: async () => {
    const problems = checkSpec()
    return { code: problems.length === 0 ? 0 : 1, output: problems.join('\n') }
  },
  unit: () => runSuite('unit'),
  integration: () => runSuite('integration'),
}

async function checkTypes() {
  const waiting = projects.filter(hasSources)
  const results = []
  const work = async () => {
    for (let project = waiting.shift(); project !== undefined; project = waiting.shift()) {
      results.push(await runPackage('typescript', ['-p', join(project, 'tsconfig.json')], 'tsc'))
    }
  }
  // Each compiler run uses one core and some hundred megabytes.
  await Promise.all([work(), work()])
  return {
    code: results.some(({ code }) => code !== 0) ? 1 : 0,
    output: [...new Set(results.flatMap(({ output }) => output.split('\n')))].join('\n'),
  }
}

function hasSources(project) {
  const folder = join(projectRoot, project)
  return existsSync(folder) && readdirSync(folder, { recursive: true }).some((name) => /\.(tsx?|mjs)$/.test(name))
}

async function runSuite(name) {
  const { formatCounts, runTests } = await import('./run-tests.mjs')
  const counts = await runTests([name])
  return { code: counts.failed === 0 ? 0 : 1, output: `${name}: ${formatCounts(counts)}` }
}

async function main() {
  const args = process.argv.slice(2)
  const problem = runtimeProblem(process.versions)
  if (problem !== null) {
    const code = await rerunOnNewerNode(import.meta.filename, args)
    if (code === null) process.stderr.write(`foible: ${problem}\n`)
    return code ?? 1
  }
  const names = args.filter((arg) => !arg.startsWith('--'))
  const chosen = Object.entries(steps)
    .filter(([name]) => names.length === 0 || names.includes(name))
    .filter(([name]) => !(args.includes('--no-tests') && ['unit', 'integration'].includes(name)))
  let failed = 0
  for (const [name, step] of chosen) {
    const startedAt = performance.now()
    const { code, output } = await step()
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    process.stdout.write(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)\n`)
    if (code === 0) continue
    failed += 1
    process.stdout.write(`${output.trim()}\n`)
  }
  process.stdout.write(
    failed === 0 ? `All ${chosen.length} checks passed.\n` : `${failed} of ${chosen.length} checks failed.\n`,
  )
  return failed === 0 ? 0 : 1
}

process.exit(await main())

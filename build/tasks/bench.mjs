// npm run bench [-- part-of-a-name …]: runs the programs in test/bench one after another. They print figures and judge nothing.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { findBundledNode, projectRoot, runtimeProblem } from '../node-runtime.mjs'
import { buildStale } from '../build-stale.mjs'

const node = runtimeProblem(process.versions) === null ? process.execPath : findBundledNode()
const wanted = process.argv.slice(2)
const folder = join(projectRoot, 'test', 'bench')
const programs = readdirSync(folder)
  .filter((name) => name.endsWith('.bench.ts') && (wanted.length === 0 || wanted.some((part) => name.includes(part))))
  .sort()

if (!(await buildStale(['node']))) process.exit(1)
let failed = false
for (const name of programs) {
  process.stdout.write(`\n== ${name.replace('.bench.ts', '')}\n`)
  const { status } = spawnSync(node, [join(folder, name)], { cwd: projectRoot, stdio: 'inherit' })
  failed ||= status !== 0
}
process.exitCode = failed ? 1 : 0

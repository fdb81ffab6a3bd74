// npm run fuzz [-- --seconds 60 --seed N --only READER --replay CASE]: damaged files for every reader; see test/fuzz/fuzz.ts.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { findBundledNode, projectRoot, runtimeProblem } from '../node-runtime.mjs'

// The fuzzer is TypeScript, which older versions of Node do not run.
const node = runtimeProblem(process.versions) === null ? process.execPath : findBundledNode()
const program = join(projectRoot, 'test', 'fuzz', 'fuzz.ts')
const { status } = spawnSync(node, ['--disable-warning=ExperimentalWarning', program, ...process.argv.slice(2)], {
  cwd: projectRoot,
  stdio: 'inherit',
})
process.exitCode = status ?? 1

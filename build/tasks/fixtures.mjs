// npm run fixtures [-- part-of-a-name …]: writes the generated files again: what build/generators makes for the program, and the
// make-*.ts programs beside the test fixtures. Afterwards `git diff` shows whether anything changed.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { findBundledNode, projectRoot, runtimeProblem } from '../node-runtime.mjs'

// Generators are TypeScript, which older versions of Node do not run.
const node = runtimeProblem(process.versions) === null ? process.execPath : findBundledNode()
const wanted = process.argv.slice(2)

function list(folder, pattern) {
  return readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

const programs = [...list('build/generators', /\.ts$/), ...list('test/fixtures', /^make-.*\.ts$/)]
  .filter((path) => wanted.length === 0 || wanted.some((part) => basename(path).includes(part)))
  .sort()

for (const program of programs) {
  process.stdout.write(`${relative(projectRoot, program)}\n`)
  const { status } = spawnSync(node, [program], { cwd: projectRoot, stdio: 'inherit' })
  if (status !== 0) process.exit(1)
}

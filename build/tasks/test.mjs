// npm test [-- part-of-a-file-name …]: every suite. The last line is `N passed, N failed, N skipped` and nothing else.
import { rerunOnNewerNode, runtimeProblem } from '../node-runtime.mjs'

async function main() {
  const filters = process.argv.slice(2)
  const problem = runtimeProblem(process.versions)
  if (problem !== null) {
    const code = await rerunOnNewerNode(import.meta.filename, filters)
    if (code === null) process.stderr.write(`foible: ${problem}\n`)
    return code ?? 1
  }
  const { buildStale } = await import('../build-stale.mjs')
  const { findTestShells } = await import('./find-test-shells.mjs')
  const { formatCounts, runTests } = await import('./run-tests.mjs')
  if (!(await buildStale(['node', 'renderer', 'electron']))) {
    process.stdout.write('0 passed, 1 failed, 0 skipped\n')
    return 1
  }
  const shells = await findTestShells()
  try {
    const counts = await runTests(['unit', 'integration', 'e2e'], filters)
    for (const [reason, number] of counts.skippedBecause) process.stdout.write(`skipped ${number}: ${reason}\n`)
    process.stdout.write(`${formatCounts(counts)}\n`)
    return counts.failed === 0 && counts.passed > 0 ? 0 : 1
  } finally {
    shells.close()
  }
}

// A test that left something open must not keep the command from ending.
process.exit(await main())

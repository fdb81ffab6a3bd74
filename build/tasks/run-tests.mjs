// Runs vitest suites and counts what came out. The counts are printed by the caller, after everything else.
import { join } from 'node:path'
import { startVitest } from 'vitest/node'
import { projectRoot } from '../node-runtime.mjs'

/**
 * @param {readonly string[]} suites `unit`, `integration`, `e2e`
 * @param {readonly string[]} filters parts of file names; none = all files
 * @returns {Promise<{passed: number, failed: number, skipped: number, skippedBecause: Map<string, number>}>} A file that
 *   cannot be loaded, or an error outside any test, counts as one failure.
 */
export async function runTests(suites, filters = []) {
  const vitest = await startVitest([...filters], {
    config: join(projectRoot, 'build', 'vitest.config.ts'),
    project: [...suites],
    run: true,
    watch: false,
    passWithNoTests: true,
    reporters: ['default'],
  })
  const counts = { passed: 0, failed: vitest.state.getUnhandledErrors().length, skipped: 0, skippedBecause: new Map() }
  for (const module of vitest.state.getTestModules()) {
    const failedBefore = counts.failed
    for (const test of module.children.allTests()) count(test, counts)
    // The file could not be loaded, or a hook around its tests failed.
    if (module.state() === 'failed' && counts.failed === failedBefore) counts.failed += 1
  }
  await vitest.close()
  return counts
}

function count(test, counts) {
  const { state, note } = test.result()
  if (state === 'passed') counts.passed += 1
  else if (state === 'skipped') {
    counts.skipped += 1
    const reason = note ?? 'marked to be skipped'
    counts.skippedBecause.set(reason, (counts.skippedBecause.get(reason) ?? 0) + 1)
  } else counts.failed += 1
}

export function formatCounts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

// Three suites: pure units, integration with the real libraries, and journeys through the real program, which come last
// and one at a time, since each starts a whole engine.
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

const root = resolve(import.meta.dirname, '..')

// Hundreds of short processes load the same sources: what one has compiled serves the others.
process.env['NODE_COMPILE_CACHE'] ??= resolve(root, 'node_modules/.cache/foible-compiled')

export default defineConfig({
  root,
  test: {
    pool: 'forks',
    // Much of a test is waiting for a process: a core that is kept free would idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], testTimeout: 120_000 },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/warm-compile-cache.ts'],
          // Far more than anything takes on a busy machine: they end only what hangs.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/drive/prepare-library.ts'],
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 600_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})

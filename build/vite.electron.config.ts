// Electron's main process (ESM) and its preload (CommonJS: a sandboxed preload cannot be anything else).
import { resolve } from 'node:path'
import { defineConfig } from 'vite'

const root = resolve(import.meta.dirname, '..')

export default defineConfig(({ mode }) => ({
  root,
  publicDir: false,
  // A sandboxed preload may require Electron only.
  ssr: mode === 'preload' ? { noExternal: true } : {},
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'dist/electron',
    emptyOutDir: mode !== 'preload',
    minify: false,
    sourcemap: mode !== 'preload',
    rolldownOptions: {
      input: resolve(root, mode === 'preload' ? 'electron/preload.ts' : 'electron/main.ts'),
      external: ['electron'],
      output:
        mode === 'preload'
          ? { format: 'cjs', entryFileNames: 'preload.cjs', codeSplitting: false }
          : { format: 'es', entryFileNames: 'main.js', codeSplitting: false },
    },
  },
}))

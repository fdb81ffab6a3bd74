// Electron's main process (ESM), its preload (CommonJS: a sandboxed preload cannot be anything else), and the schemes.
import { resolve } from 'node:path'
import { defineConfig } from 'vite'

const root = resolve(import.meta.dirname, '..')

const scripts: Readonly<Record<string, { readonly input: string; readonly output: string }>> = {
  main: { input: 'electron/main.ts', output: 'main.js' },
  preload: { input: 'electron/preload.ts', output: 'preload.cjs' },
  schemes: { input: 'electron/declare-schemes.ts', output: 'declare-schemes.cjs' },
}

export default defineConfig(({ mode }) => {
  const { input, output } = scripts[mode] ?? scripts['main']!
  return {
    root,
    publicDir: false,
    // A sandboxed preload may require Electron only, and the main script should not wait for packages to load.
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: 'node20',
      outDir: 'dist/electron',
      emptyOutDir: mode === 'main',
      minify: false,
      sourcemap: mode === 'main',
      rolldownOptions: {
        input: resolve(root, input),
        external: ['electron'],
        output: { format: output.endsWith('.cjs') ? 'cjs' : 'es', entryFileNames: output, codeSplitting: false },
      },
    },
  }
})

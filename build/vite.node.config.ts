// The engine's programs for Node and for Electron's utility process. Packages of plain JavaScript go in with our sources: found and read
// file by file, they were a third of the time that a command takes.
import { resolve } from 'node:path'
import { defineConfig } from 'vite'

const root = resolve(import.meta.dirname, '..')

// All files lie flat in dist/node, two folders below the project as the sources in main/* do, so that
// a path relative to import.meta.url means the same file before and after.
export default defineConfig({
  root,
  publicDir: false,
  ssr: {
    noExternal: true,
    // Native ones, and those that look for files or for other packages beside themselves.
    external: [
      '@huggingface/hub',
      '@huggingface/tokenizers',
      '@jsquash/jpeg',
      '@napi-rs/image',
      'better-sqlite3',
      'onnxruntime-node',
      'pino',
      'ws',
    ],
  },
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'dist/node',
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      input: {
        cli: resolve(root, 'main/cli/main.ts'),
        'engine-process': resolve(root, 'electron/engine-process.ts'),
        'analysis-thread': resolve(root, 'main/engine/analysis/analysis-thread.ts'),
        'predict-process': resolve(root, 'native-models/predict-process.ts'),
      },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
})

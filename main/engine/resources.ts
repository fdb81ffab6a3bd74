// Where the program's own files lie: the embedded models and sample, and the prediction process's entry.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Resources {
  readonly version: string
  readonly embeddedModels: readonly string[]
  readonly sample: string
  readonly predictEntry: string
  readonly analysisEntry: string
  readonly renderer: string
}

/** The same from the sources and from the bundles in dist/. */
export function findResources(): Resources {
  const here = fileURLToPath(import.meta.url)
  const root = findRoot(path.dirname(here))
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }
  const models = path.join(root, 'native-models', 'embedded')
  return {
    version: manifest.version,
    embeddedModels: [0, 1, 2].map((size) => path.join(models, `efficientnet-lite${size}`)),
    sample: path.join(root, 'build', 'sample', 'foible-sampler'),
    predictEntry: here.endsWith('.ts')
      ? path.join(root, 'native-models', 'predict-process.ts')
      : path.join(root, 'dist', 'node', 'predict-process.js'),
    analysisEntry: here.endsWith('.ts')
      ? path.join(root, 'main', 'engine', 'analysis', 'analysis-thread.ts')
      : path.join(root, 'dist', 'node', 'analysis-thread.js'),
    renderer: path.join(root, 'dist', 'renderer'),
  }
}

function findRoot(from: string): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json')) && existsSync(path.join(folder, 'native-models'))) return folder
    if (folder === path.dirname(folder)) throw new Error(`Foible's own files were not found above ${from}`)
  }
}

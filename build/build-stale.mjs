// Builds what is missing or older than its sources: a hash of the sources is kept beside the output.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { projectRoot } from './node-runtime.mjs'

/** What each target is built from, by which configs, and a file that it leaves. */
const targets = {
  node: {
    sources: ['main', 'native-models', 'electron/engine-process.ts'],
    configs: [{ file: 'vite.node.config.ts' }],
    output: 'dist/node/cli.js',
  },
  electron: {
    sources: ['electron', 'main/core', 'main/contract'],
    configs: [
      { file: 'vite.electron.config.ts', mode: 'main' },
      { file: 'vite.electron.config.ts', mode: 'preload' },
      { file: 'vite.electron.config.ts', mode: 'schemes' },
    ],
    output: 'dist/electron/main.js',
  },
  renderer: {
    sources: ['renderer', 'main/core', 'main/contract'],
    configs: [{ file: 'vite.renderer.config.ts' }],
    output: 'dist/renderer/index.html',
  },
}

const sourceTypes = new Set(['.ts', '.tsx', '.css', '.html', '.json', '.svg', '.sql', '.woff2'])
const dist = join(projectRoot, 'dist')

/** Builds those of the named targets that need it. Resolves to false, with the reasons on stderr, if one fails. */
export async function buildStale(names) {
  if (!existsSync(join(projectRoot, 'node_modules', 'vite'))) {
    process.stderr.write('foible: the packages are not installed: run "npm ci" first.\n')
    return false
  }
  if (staleTargets(names).length === 0) return true
  const unlock = await lockDist()
  try {
    const stale = staleTargets(names)
    if (stale.length === 0) return true
    const why = existsSync(join(dist, 'node')) ? 'sources changed' : 'first run'
    process.stderr.write(`Building Foible (${why}) …\n`)
    const results = await Promise.all(stale.map(buildTarget))
    return results.every(Boolean)
  } finally {
    unlock()
  }
}

function staleTargets(names) {
  return names
    .map((name) => ({ name, hash: hashSources(targets[name]) }))
    .filter(({ name, hash }) => readStamp(name) !== hash || !existsSync(join(projectRoot, targets[name].output)))
}

async function buildTarget({ name, hash }) {
  const { build } = await import('vite')
  try {
    for (const { file, mode } of targets[name].configs) {
      await build({
        configFile: join(projectRoot, 'build', file),
        logLevel: 'error',
        ...(mode === undefined ? {} : { mode }),
      })
    }
  } catch (error) {
    process.stderr.write(`foible: the ${name} part could not be built: ${stripVTControlCharacters(error.message)}\n`)
    return false
  }
  writeFileSync(stampFile(name), hash)
  return true
}

function hashSources({ sources, configs }) {
  const hash = createHash('sha256')
  const files = [...sources, ...configs.map(({ file }) => `build/${file}`), 'package.json', 'package-lock.json']
  for (const file of files.flatMap(listSources).sort()) {
    hash.update(`${file}\0`).update(readFileSync(join(projectRoot, file)))
  }
  return hash.digest('hex')
}

function listSources(path) {
  const absolute = join(projectRoot, path)
  const stats = statSync(absolute, { throwIfNoEntry: false })
  if (stats === undefined) return []
  if (stats.isFile()) return [path]
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && sourceTypes.has(extname(entry.name)))
    .map((entry) => join(path, entry.parentPath.slice(absolute.length + 1), entry.name))
}

function stampFile(name) {
  return join(dist, `.stamp-${name}`)
}

function readStamp(name) {
  return existsSync(stampFile(name)) ? readFileSync(stampFile(name), 'utf8') : null
}

/** One build at a time in a checkout. A lock whose owner has died is taken over. */
async function lockDist() {
  mkdirSync(dist, { recursive: true })
  const lock = join(dist, '.lock')
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      if (!isOwnerAlive(lock)) rmSync(lock, { force: true })
      else await delay(100)
    }
  }
  return () => rmSync(lock, { force: true })
}

function isOwnerAlive(lock) {
  try {
    const owner = Number(readFileSync(lock, 'utf8'))
    // Between creating the file and writing it, the owner's id is not there yet.
    if (owner === 0) return true
    process.kill(owner, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

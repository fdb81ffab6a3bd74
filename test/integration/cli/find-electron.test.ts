import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fetchElectron } from '#cli/fetch-electron.ts'
import { canRunElectron } from '#cli/find-electron.ts'

let root: string
const display = { DISPLAY: ':0' }

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'foible-electron-'))
  await mkdir(join(root, 'node_modules', 'electron', 'dist'), { recursive: true })
})
afterEach(() => rm(root, { recursive: true, force: true }))

describe('canRunElectron', () => {
  it('[SH2] says how to get Electron where it is not there', () => {
    const answer = canRunElectron({ env: display, platform: 'linux', root })
    expect(answer).toMatchObject({ ok: false, missing: 'binary', reason: expect.stringContaining('install-electron') })
  })

  it('[SH2] finds the binary that the package has fetched', async () => {
    const folder = join(root, 'node_modules', 'electron')
    await writeFile(join(folder, 'path.txt'), 'electron')
    await writeFile(join(folder, 'dist', 'electron'), '')
    expect(canRunElectron({ env: display, platform: 'linux', root })).toEqual({
      ok: true,
      path: join(folder, 'dist', 'electron'),
    })
  })

  it('[SH2] prefers the override', async () => {
    const elsewhere = join(root, 'elsewhere')
    await mkdir(elsewhere)
    await writeFile(join(elsewhere, 'electron.exe'), '')
    expect(canRunElectron({ env: { ELECTRON_OVERRIDE_DIST_PATH: elsewhere }, platform: 'win32', root })).toEqual({
      ok: true,
      path: join(elsewhere, 'electron.exe'),
    })
  })

  it('[SH3] needs a display on Linux', async () => {
    await writeFile(join(root, 'node_modules', 'electron', 'dist', 'electron'), '')
    expect(canRunElectron({ env: {}, platform: 'linux', root })).toMatchObject({
      ok: false,
      missing: 'display',
      reason: 'there is no display',
    })
    expect(canRunElectron({ env: { WAYLAND_DISPLAY: 'wayland-0' }, platform: 'linux', root }).ok).toBe(true)
  })
})

describe('fetchElectron', () => {
  const fetchWith = (installer: string) => {
    const file = join(root, 'node_modules', 'electron', 'install.js')
    return writeFile(file, installer).then(() =>
      fetchElectron({ root, env: process.env, signal: new AbortController().signal }),
    )
  }

  it("[SH8] runs the package's installer, and says in one line why it failed", async () => {
    expect(await fetchWith('process.exit(0)')).toBeNull()
    expect(await fetchWith('console.error("Error: no route\\n  at x"); process.exit(1)')).toBe(
      'Electron could not be fetched (Error: no route)',
    )
  })
})

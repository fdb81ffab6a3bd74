// Foible behind its loopback server, in a headless Chromium.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { relative, resolve, sep } from 'node:path'
import { chromium, type Locator, type Page } from 'playwright-core'
import type { App, LaunchOptions } from './app.ts'
import { patienceMs, untilGone } from './processes.ts'

const root = resolve(import.meta.dirname, '..', '..', '..')

const chromiumArgs = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

interface Server {
  readonly process: ChildProcess
  readonly url: string
}

export async function launchBrowserShell(executablePath: string, options: LaunchOptions): Promise<App> {
  let server = await startServer(options)
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const browser = await chromium.launch({ executablePath, args: [...asRoot, ...chromiumArgs], timeout: patienceMs })
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  page.setDefaultTimeout(patienceMs)
  await page.goto(server.url)
  return {
    page,
    enginePid: async () => pidOf(server),
    async chooseFolder(path) {
      await walk(page, relative(options.folder, path).split(sep))
      await page.getByRole('button', { name: /^Choose the folder/ }).click()
    },
    async chooseFile(path) {
      const folders = relative(options.folder, path).split(sep)
      const file = folders.pop() ?? ''
      await walk(page, folders)
      await entry(page, file).click()
    },
    async killEngine() {
      const { hash } = new URL(page.url())
      const pid = pidOf(server)
      process.kill(pid, 'SIGKILL')
      await untilGone(pid)
      // A server that was killed is started again by a person, and has a new address.
      server = await startServer(options)
      await openAt(page, server.url, hash)
    },
    async close() {
      await browser.close()
      const ended = once(server.process, 'exit')
      server.process.kill('SIGTERM')
      await ended
    },
  }
}

/** Goes through folders, from where the choice begins. */
async function walk(page: Page, folders: readonly string[]): Promise<void> {
  for (const name of folders) {
    await entry(page, name).click()
    await page.getByRole('list', { name: `Contents of ${name}` }).waitFor()
  }
}

function entry(page: Page, name: string): Locator {
  return page.getByRole('list', { name: /^Contents of/ }).getByRole('button', { name })
}

async function openAt(page: Page, url: string, hash: string): Promise<void> {
  await page.goto(`${url}${hash}`)
}

async function startServer({ library, folder, env }: LaunchOptions): Promise<Server> {
  const args = [resolve(root, 'build', 'foible.mjs'), 'serve', '--library', library, '--port', '0']
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Where the choice of folders begins.
    env: { ...process.env, HOME: folder, USERPROFILE: folder, ...env },
  })
  let output = ''
  const url = await new Promise<string>((resolveUrl, reject) => {
    const look = (chunk: Buffer) => {
      output += chunk.toString('utf8')
      const found = /http:\/\/\S+token=[\w-]+/.exec(output)
      if (found !== null) resolveUrl(found[0])
    }
    child.stdout.on('data', look)
    child.stderr.on('data', look)
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${output}`)))
  })
  return { process: child, url }
}

function pidOf(server: Server): number {
  if (server.process.pid === undefined) throw new Error('The server has no process.')
  return server.process.pid
}

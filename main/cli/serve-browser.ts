// Serves the browser shell until it is told to stop, and says where it is.
import type { ServedEngine } from '#serve/served-engine.ts'
import { startServer } from '#serve/serve.ts'
import { openBrowser } from './open-browser.ts'

export interface ServeBrowserOptions {
  readonly engine: ServedEngine
  readonly host: string
  readonly port: number
  readonly allowRemote: boolean
  readonly rendererDir: string
  /** Show the address in a browser where there is a desktop. */
  readonly open: boolean
  /** Called once with the address and its one-time token. */
  readonly announce: (url: string) => void
  /** Ends the server. */
  readonly signal: AbortSignal
}

export async function serveBrowser(options: ServeBrowserOptions): Promise<void> {
  const server = await startServer(options)
  options.announce(server.url)
  if (options.open) openBrowser(server.url, process.env, process.platform)
  if (!options.signal.aborted) {
    await new Promise((resolve) => options.signal.addEventListener('abort', resolve, { once: true }))
  }
  await server.close()
}

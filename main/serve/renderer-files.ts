// The renderer's built files, as a list: a request can only name a file of the list, so no path can escape it.
import { readFile, readdir } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { FoibleError } from '#core/errors.ts'

export interface RendererFile {
  readonly path: string
  /** Media type. */
  readonly type: string
  /** The name carries a hash of the content. */
  readonly immutable: boolean
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

/** Files by request path (`/assets/index-abc.js`). Throws `not_found` if the renderer was not built. */
export async function listRendererFiles(folder: string): Promise<ReadonlyMap<string, RendererFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw missingRenderer(folder, cause)
  })
  const files = new Map<string, RendererFile>()
  for (const entry of entries) {
    const type = types[extname(entry.name)]
    if (!entry.isFile() || type === undefined) continue
    const path = join(entry.parentPath, entry.name)
    const name = `/${relative(folder, path).split(sep).join('/')}`
    files.set(name, { path, type, immutable: name.startsWith('/assets/') })
  }
  if (!files.has('/index.html')) throw missingRenderer(folder)
  return files
}

/** The page's markup; read for each load, since each carries a nonce of its own. */
export function readPage(folder: string): Promise<string> {
  return readFile(join(folder, 'index.html'), 'utf8')
}

function missingRenderer(folder: string, cause?: unknown): FoibleError {
  return new FoibleError('not_found', `The interface is not built: run "npm run build" first.`, { folder }, { cause })
}

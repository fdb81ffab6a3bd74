// The two schemes of the window: `foible-app` for the renderer's files, `foible-image` for pictures by id.
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, normalize, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { net, protocol } from 'electron'
import { formatPagePolicy, withNonce } from '#contract/page-policy.ts'
import type { EngineHost } from './engine-host.ts'

export const pageUrl = 'foible-app://app/index.html'

const rendererDir = join(import.meta.dirname, '..', 'renderer')
/** What `models.tensor` drew, by its key. */
const tensorRoute = /^\/tensors\/([0-9a-f]{32}(?:-marks)?)$/
const imageRoute = /^\/([a-z0-9][a-z0-9._-]{0,99})\/([1-9]\d{0,9})\/(thumb|image)$/

export function servePage(): void {
  protocol.handle('foible-app', async (request) => {
    const { host, pathname } = new URL(request.url)
    const path = normalize(join(rendererDir, decodeURIComponent(pathname)))
    if (host !== 'app' || !path.startsWith(rendererDir + sep)) return new Response(null, { status: 404 })
    if (path !== join(rendererDir, 'index.html')) return net.fetch(pathToFileURL(path).href)
    const nonce = randomBytes(16).toString('base64url')
    return new Response(withNonce(await readFile(path, 'utf8'), nonce), {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': formatPagePolicy({ nonce, images: ['foible-image:'], connections: [] }),
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      },
    })
  })
}

export function serveImages(host: EngineHost): void {
  protocol.handle('foible-image', async (request) => {
    const url = new URL(request.url)
    const [, dataset, id, kind] = imageRoute.exec(url.pathname) ?? []
    const [, tensorKey] = tensorRoute.exec(url.pathname) ?? []
    if (url.host !== 'images' || (dataset ?? tensorKey) === undefined) return new Response(null, { status: 404 })
    const image =
      dataset === undefined
        ? await host.tensorPicture(tensorKey!)
        : await host.image(dataset, Number(id), kind === 'thumb' ? 'thumb' : 'image', request.signal)
    if (image === null) return new Response(null, { status: 404 })
    return new Response(new Uint8Array(image.bytes), {
      headers: {
        'content-type': image.type,
        'x-content-type-options': 'nosniff',
        // Kept by the window, asked again by another: ids of a removed dataset may come back for other pictures.
        'cache-control': 'private, no-cache',
        etag: `"${image.etag}"`,
      },
    })
  })
}

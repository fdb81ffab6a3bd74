// What the page may do, the same in every shell: its content security policy and the nonce that its styles carry.

export interface PageSources {
  readonly nonce: string
  /** Further sources of images, e.g. `foible-image:`. */
  readonly images: readonly string[]
  /** Where the page may connect to, e.g. `ws://127.0.0.1:4000`. */
  readonly connections: readonly string[]
}

/** The value of the Content-Security-Policy header: nothing but the program's own files, no inline script, no frames. */
export function formatPagePolicy({ nonce, images, connections }: PageSources): string {
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self' 'nonce-${nonce}'`,
    ['img-src', `'self'`, 'data:', 'blob:', ...images].join(' '),
    ['connect-src', ...(connections.length === 0 ? [`'none'`] : connections)].join(' '),
    `font-src 'self'`,
    `worker-src 'self'`,
    `manifest-src 'self'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ')
}

/** The page with this load's nonce in its `csp-nonce` meta element, where the renderer reads it. */
export function withNonce(html: string, nonce: string): string {
  const meta = `<meta name="csp-nonce" content="${nonce}" />`
  const found = /<meta\s+name="csp-nonce"[^>]*>/
  return found.test(html) ? html.replace(found, meta) : html.replace('<head>', `<head>${meta}`)
}

// Whether a request comes from a page of this very server: the answer to DNS rebinding and to other sites' scripts.
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * A sentence that says why the request is refused, or null. `boundHost` is where the server listens; names that lead
 * there through an SSH tunnel are loopback names with any port. A server bound to other addresses may also be called
 * by IP address or by its own name, never by a name that somebody else's DNS could point at it.
 */
export function refuseOrigin(headers: IncomingHttpHeaders, boundHost: string, machineName: string): string | null {
  const host = parseHost(headers.host)
  if (host === null) return 'The Host header is missing or broken.'
  const open = !isLoopback(boundHost)
  const known =
    loopbackNames.has(host.hostname) ||
    (open && (isAddress(host.hostname) || [boundHost, machineName].includes(host.hostname)))
  if (!known) return `This server does not answer to the name ${host.hostname}.`
  const origin = headers.origin
  if (origin !== undefined && origin !== `http://${host.host}`) return `Requests from ${origin} are refused.`
  if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate') {
    return 'Requests from other sites are refused.'
  }
  return null
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

function parseHost(header: string | undefined): { readonly hostname: string; readonly host: string } | null {
  if (header === undefined || !URL.canParse(`http://${header}`)) return null
  const { hostname, host, pathname, username } = new URL(`http://${header}`)
  return pathname === '/' && username === '' ? { hostname, host } : null
}

function isAddress(hostname: string): boolean {
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
}

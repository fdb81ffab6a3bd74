// Sends a file, or a range of it, as object stores do; or breaks the connection, or the bytes, where a test wants that.
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HubFault } from './hub-server.ts'

export function sendBytes(
  message: IncomingMessage,
  reply: ServerResponse,
  file: string,
  headers: Readonly<Record<string, string>>,
  fault: HubFault | null,
): void {
  const content = readFileSync(file)
  if (fault?.kind === 'corrupt' && content.length > 0) content[content.length - 1] = (content.at(-1) ?? 0) ^ 0xff
  const range = fault?.kind === 'ignore-range' ? null : parseRange(message.headers.range, content.length)
  const common = { ...headers, 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream' }
  if (range === 'unsatisfiable') {
    reply.writeHead(416, { ...common, 'content-range': `bytes */${content.length}` })
    reply.end()
    return
  }
  const body = range ? content.subarray(range.start, range.end) : content
  reply.writeHead(range ? 206 : 200, {
    ...common,
    'content-length': String(body.length),
    ...(range ? { 'content-range': `bytes ${range.start}-${range.end - 1}/${content.length}` } : {}),
  })
  if (message.method === 'HEAD') reply.end()
  else if (fault?.kind === 'cut') reply.write(body.subarray(0, fault.afterBytes), () => reply.destroy())
  else reply.end(body)
}

/** `bytes=a-b`, `bytes=a-` or `bytes=-n`; null for none or another form, which servers ignore. */
function parseRange(header: string | undefined, size: number): { start: number; end: number } | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return null
  const suffix = match[1] === ''
  const start = suffix ? Math.max(0, size - Number(match[2])) : Number(match[1])
  const end = suffix || match[2] === '' ? size : Math.min(size, Number(match[2]) + 1)
  return start >= size || end <= start ? 'unsatisfiable' : { start, end }
}

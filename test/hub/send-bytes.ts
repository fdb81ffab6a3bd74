// Sends a file, or a range of it, as object stores do; or breaks the connection, or the bytes, where a test wants that.
import { readFileSync } from 'node:fs'
import type { Exchange } from './exchange.ts'

export function sendBytes(exchange: Exchange, file: string, headers: Readonly<Record<string, string>>): void {
  const { message, reply, fault, request } = exchange
  let content = readFileSync(file)
  if (fault?.kind === 'corrupt' && content.length > 0) content[content.length - 1] = (content.at(-1) ?? 0) ^ 0xff
  if (fault?.kind === 'other-file') content = Buffer.alloc(content.length, 'other')
  if (fault?.kind === 'short') content = content.subarray(0, content.length - fault.missingBytes)
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
    ...(fault?.kind === 'other-file' ? { etag: '"other"' } : {}),
    'content-length': String(body.length),
    ...(range ? { 'content-range': `bytes ${range.start}-${range.end - 1}/${content.length}` } : {}),
  })
  if (message.method === 'HEAD') {
    reply.end()
    return
  }
  const sent = fault !== null && 'afterBytes' in fault ? body.subarray(0, fault.afterBytes) : body
  request.sentBytes += sent.length
  if (fault?.kind === 'cut' || fault?.kind === 'other-file') reply.write(sent, () => reply.destroy())
  else if (fault?.kind === 'stall') reply.write(sent)
  else if (fault?.kind === 'slow') sendSlowly(exchange, sent, fault.pieceBytes)
  else reply.end(sent)
}

/** Piece after piece, each when the last one has left. */
function sendSlowly(exchange: Exchange, body: Uint8Array, pieceBytes: number, from = 0): void {
  const { reply } = exchange
  if (from >= body.length) reply.end()
  else
    reply.write(body.subarray(from, from + pieceBytes), () => sendSlowly(exchange, body, pieceBytes, from + pieceBytes))
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

// Small parts of answers that all routes of the test hub share.
import type { ServerResponse } from 'node:http'

export function refuse(
  reply: ServerResponse,
  status: number,
  code: string | null,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  reply.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    ...(code ? { 'x-error-code': code } : {}),
    'x-error-message': text,
    ...headers,
  })
  reply.end(JSON.stringify({ error: text }))
}

export function sendJson(reply: ServerResponse, value: unknown, headers: Readonly<Record<string, string>> = {}): void {
  reply.writeHead(200, { 'content-type': 'application/json; charset=utf-8', ...headers })
  reply.end(JSON.stringify(value))
}

export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

export function decode(text: string | undefined): string {
  return decodeURIComponent(text ?? '')
}

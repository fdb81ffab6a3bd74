// The browser shell: the engine behind a loopback HTTP server, with the renderer and a WebSocket for the calls.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { WebSocketServer, type WebSocket } from 'ws'
import { FoibleError } from '#core/errors.ts'
import { answerRequest, sendText, type Site } from './answer-request.ts'
import { attachRpc } from './attach-rpc.ts'
import { listRendererFiles } from './renderer-files.ts'
import { isLoopback, refuseOrigin } from './request-origin.ts'
import type { ServedEngine } from './served-engine.ts'
import { createSessions } from './sessions.ts'

export interface ServeOptions {
  readonly engine: ServedEngine
  /** An address of this machine; loopback unless `allowRemote`. */
  readonly host: string
  /** 0 = any free port. */
  readonly port: number
  /** The built renderer. */
  readonly rendererDir: string
  /** Listen on other than loopback addresses: whoever can reach the port and has the address may use the library. */
  readonly allowRemote?: boolean
}

export interface RunningServer {
  /** With a token that opens one session. */
  readonly url: string
  /** Another address with a token of its own, for a second browser. */
  issueUrl(): string
  close(): Promise<void>
}

/** Throws `usage` for a host outside loopback, `already_exists` if the port is taken, `no_permission` if it may not be had. */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const { engine, host, rendererDir } = options
  if (!isLoopback(host) && options.allowRemote !== true) {
    throw new FoibleError(
      'usage',
      `Foible listens on this machine only. Reach it from elsewhere through "ssh -L ${options.port || 4123}:127.0.0.1:${options.port || 4123}", or add --allow-remote to listen on ${host} without encryption.`,
      { host },
    )
  }
  const files = await listRendererFiles(rendererDir)
  const server = createServer()
  const port = await listen(server, host, options.port)
  const sessions = createSessions(`foible-${port}`)
  const machineName = hostname().toLowerCase()
  const site: Site = {
    engine,
    rendererDir,
    files,
    sessions,
    refuse: (request) => refuseOrigin(request.headers, host, machineName),
  }

  server.on('request', (request, response) => {
    answerRequest(site, request, response).catch((error: unknown) => {
      if (response.destroyed) return
      const id = error instanceof FoibleError ? error.code : engine.logBug(error, `GET ${request.url ?? ''}`)
      if (response.headersSent) response.destroy()
      else sendText(response, 500, error instanceof FoibleError ? error.message : `Something went wrong (${id}).`)
    })
  })

  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 * 1024, perMessageDeflate: false })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const isAllowed =
      request.url === '/rpc' &&
      request.headers.origin !== undefined &&
      site.refuse(request) === null &&
      sessions.isAuthorised(request.headers.cookie)
    if (isAllowed) sockets.handleUpgrade(request, socket, head, (client) => attachRpc(client, engine))
    else socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  })

  const issueUrl = () => `http://${urlHost(host)}:${port}/?token=${sessions.issueToken()}`
  return { url: issueUrl(), issueUrl, close: () => closeServer(server, sockets) }
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(translateListenError(error, host, port)))
    server.listen({ host, port, exclusive: true }, resolve)
  })
  return (server.address() as AddressInfo).port
}

function translateListenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const details = { host, port }
  const by = { cause: error }
  switch (error.code) {
    case 'EADDRINUSE':
      return new FoibleError(
        'already_exists',
        `Port ${port} is taken: choose another with --port, or none.`,
        details,
        by,
      )
    case 'EACCES':
      return new FoibleError(
        'no_permission',
        `Port ${port} may not be used: choose one above 1023 with --port.`,
        details,
        by,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new FoibleError('usage', `${host} is no address of this machine.`, details, by)
    default:
      return error
  }
}

async function closeServer(server: Server, sockets: WebSocketServer): Promise<void> {
  const clients: Iterable<WebSocket> = sockets.clients
  for (const client of clients) client.terminate()
  server.closeAllConnections()
  await new Promise<void>((resolve) => server.close(() => resolve()))
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

// One request at the test hub, with its answer, what goes wrong with it, and the record that is kept of it.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HubFault, HubRequest } from './hub-server.ts'

export interface Exchange {
  readonly message: IncomingMessage
  readonly reply: ServerResponse
  readonly fault: HubFault | null
  readonly request: HubRequest
}

// One blank image through a model on a server before it is added: what a server says and what it answers are two things.
import type { ModelSpec, ServerSpec } from '../model-spec.ts'
import { askServer, wantedOutput } from './ask-server.ts'
import { createServerClient } from './server-client.ts'
import type { RequestTensor } from './write-request.ts'

/** Somebody waits for the answer; a model that is loaded by its first request takes a while. */
const attempts = 2
const timeoutMs = 60_000

/** Throws what asking a server throws. */
export async function tryServer(
  model: ModelSpec,
  server: ServerSpec,
  token: string | null,
  signal: AbortSignal,
): Promise<void> {
  const client = createServerClient({ url: server.url, token, signal, attempts, timeoutMs })
  const rows = model.batch ?? 1
  await askServer(client, model, server, blank(model, rows), rows, [wantedOutput(model)])
}

function blank({ input, width, height }: ModelSpec, rows: number): RequestTensor['data'] {
  const count = rows * 3 * width * height
  switch (input.type) {
    case 'uint8':
      return new Uint8Array(count)
    case 'float16':
      return new Uint16Array(count)
    default:
      return new Float32Array(count)
  }
}

// A small inference server of the Open Inference Protocol (KServe v2), with the binary tensor extension: a real model behind real HTTP, and
// whatever a server may do wrong, one request at a time.
import { once } from 'node:events'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { protocolType } from '#models/kserve/server-metadata.ts'
import type { TensorSpec } from '#models/model-spec.ts'
import { readModel } from '#models/read-model.ts'

/** What goes out: JSON, and bytes behind it where the header says how long the JSON is. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Instead of the honest answer: another one made of it, or something else done to the connection. */
export type Fault = ((honest: Answer) => Answer) | ((honest: Answer, response: ServerResponse) => null)

export interface ServedModel {
  readonly name: string
  readonly versions: readonly string[]
  readonly platform: string
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
}

export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly authorization: string | null
  readonly acceptEncoding: string | null
  /** Images of an inference request. */
  readonly images: number
  readonly isBinary: boolean
}

export interface KserveDouble {
  readonly url: string
  readonly seen: SeenRequest[]
  readonly inferences: () => readonly SeenRequest[]
  /** Requests that it held at once, at most. */
  readonly mostAtOnce: () => number
  /** The next inference requests are answered so, in this order, whichever worker sends them. */
  readonly misbehave: (...faults: Fault[]) => void
  /** From the next inference request on it answers as it should. */
  readonly behave: () => void
  /** From the next request on it says that it serves something else. */
  readonly change: (change: Partial<ServedModel>) => void
  /** Refuses connections and drops those that are open, until it is started anew at the same address. */
  readonly stop: () => Promise<void>
  readonly start: () => Promise<void>
}

export interface DoubleOptions {
  /** A folder with the model. */
  readonly folder: string
  readonly name?: string
  readonly versions?: readonly string[]
  readonly extensions?: readonly string[]
  readonly maxBatch?: number
  /** Asked of every request. */
  readonly token?: string
  /** What it says of its tensors where that is not what its model has. */
  readonly says?: Partial<ServedModel>
}

interface Input {
  readonly name: string
  readonly shape: number[]
  readonly datatype: string
  readonly data?: readonly number[]
  readonly parameters?: { readonly binary_data_size?: number }
}

export async function openKserveDouble(options: DoubleOptions): Promise<KserveDouble> {
  const { token, maxBatch, extensions = ['binary_tensor_data', 'model_configuration'] } = options
  const spec = await readModel(options.folder, new AbortController().signal)
  const session = await InferenceSession.create(spec.file)
  let served: ServedModel = {
    name: options.name ?? 'colours',
    versions: options.versions ?? ['1'],
    platform: 'onnxruntime_onnx',
    inputs: [spec.input],
    outputs: spec.outputs,
    ...options.says,
  }
  const seen: SeenRequest[] = []
  const faults: Fault[] = []
  let atOnce = 0
  let mostAtOnce = 0
  // The runtime's sessions answer one request after the other.
  let last: Promise<unknown> = Promise.resolve()

  async function answer(request: IncomingMessage, body: Buffer): Promise<Answer> {
    const path = decodeURIComponent(request.url ?? '')
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) return json({ error: 'no' }, 401)
    if (path === '/v2') return json({ name: 'double', version: '0', extensions })
    const version = served.versions.at(-1)
    const models = [
      `/v2/models/${served.name}`,
      ...served.versions.map((it) => `/v2/models/${served.name}/versions/${it}`),
    ]
    if (models.includes(path))
      return json({ ...served, inputs: served.inputs.map(say), outputs: served.outputs.map(say) })
    if (models.some((model) => path === `${model}/config`)) return json({ max_batch_size: maxBatch ?? 0 })
    if (request.method !== 'POST' || !models.some((model) => path === `${model}/infer`))
      return json({ error: 'none' }, 404)
    const asked = readRequest(request, body)
    const [rows = 0] = asked.tensor.dims
    seen.push({ ...seenOf(request), images: rows, isBinary: asked.isBinary })
    if (maxBatch !== undefined && rows > maxBatch) return json({ error: `batch size must be <= ${maxBatch}` }, 400)
    const run = last.then(() => session.run({ [spec.input.name]: asked.tensor }, asked.outputs))
    last = run.catch(() => undefined)
    return inferenceAnswer(served.name, version, asked.outputs, await run, asked.isBinary)
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const honest = await answer(request, body).catch((error: unknown) => json({ error: String(error) }, 500))
    const isInference = request.url?.endsWith('/infer') === true
    if (!isInference) seen.push({ ...seenOf(request), images: 0, isBinary: false })
    const fault = isInference && honest.status === 200 ? faults.shift() : undefined
    const sent = fault === undefined ? honest : fault(honest, response)
    if (sent === null) return
    response.writeHead(sent.status, { 'content-length': sent.body.length, ...sent.headers }).end(sent.body)
  }

  const server = createServer((request, response) => {
    mostAtOnce = Math.max(mostAtOnce, ++atOnce)
    response.on('close', () => atOnce--)
    serve(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    inferences: () => seen.filter(({ path }) => path.endsWith('/infer')),
    mostAtOnce: () => mostAtOnce,
    misbehave: (...more) => void faults.push(...more),
    behave: () => void faults.splice(0),
    change: (change) => void (served = { ...served, ...change }),
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
    async start() {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
  }
}

export function json(document: unknown, status = 200, headers: Answer['headers'] = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(document)),
  }
}

function say({ name, type, shape }: TensorSpec) {
  return { name, datatype: protocolType(type), shape: shape.map((dim) => dim ?? -1) }
}

function seenOf(request: IncomingMessage) {
  const { method = '', url = '', headers } = request
  return {
    method,
    path: url,
    authorization: headers.authorization ?? null,
    acceptEncoding: headers['accept-encoding'] ?? null,
  }
}

function readRequest(request: IncomingMessage, body: Buffer) {
  const jsonLength = request.headers['inference-header-content-length']
  const split = jsonLength === undefined ? body.length : Number(jsonLength)
  const { inputs, outputs } = JSON.parse(body.toString('utf8', 0, split)) as {
    readonly inputs: readonly [Input]
    readonly outputs: readonly { readonly name: string }[]
  }
  const [{ datatype, shape, data, parameters }] = inputs
  const bytes = body.subarray(split)
  if (parameters?.binary_data_size !== undefined && parameters.binary_data_size !== bytes.length) {
    throw new Error(`${bytes.length} bytes where ${parameters.binary_data_size} are announced`)
  }
  const isBinary = data === undefined
  return { isBinary, outputs: outputs.map(({ name }) => name), tensor: toTensor(datatype, shape, data ?? bytes) }
}

function toTensor(datatype: string, shape: readonly number[], data: readonly number[] | Buffer): Tensor {
  const raw = Buffer.isBuffer(data) ? new Uint8Array(data).buffer : null
  switch (datatype) {
    case 'FP32':
      return new Tensor('float32', raw === null ? Float32Array.from(data) : new Float32Array(raw), shape)
    case 'UINT8':
      return new Tensor('uint8', raw === null ? Uint8Array.from(data) : new Uint8Array(raw), shape)
    default:
      throw new Error(`no ${datatype} here`)
  }
}

function inferenceAnswer(
  model: string,
  version: string | undefined,
  names: readonly string[],
  made: Readonly<Record<string, Tensor>>,
  isBinary: boolean,
): Answer {
  const tensors = names.map((name) => ({ name, tensor: made[name]! }))
  const outputs = tensors.map(({ name, tensor }) => {
    const data = tensor.data as Float32Array
    const described = { name, datatype: protocolType(tensor.type), shape: tensor.dims }
    return isBinary
      ? { ...described, parameters: { binary_data_size: data.byteLength } }
      : { ...described, data: [...data] }
  })
  const document = { model_name: model, model_version: version, outputs }
  if (!isBinary) return json(document)
  const head = Buffer.from(JSON.stringify(document))
  const bytes = tensors.map(({ tensor }) => Buffer.from(new Uint8Array((tensor.data as Float32Array).slice().buffer)))
  return {
    status: 200,
    headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(head.length) },
    body: Buffer.concat([head, ...bytes]),
  }
}

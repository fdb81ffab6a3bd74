// One inference request to a model on a server, and its answer checked against what was added.
import { FoibleError } from '#core/errors.ts'
import { formatServerAddress } from '#core/models/server-address.ts'
import type { ModelSpec, ServerSpec } from '../model-spec.ts'
import { type WantedOutput, maxAnswerBytes, readAnswer } from './read-answer.ts'
import type { ServerClient } from './server-client.ts'
import { modelPath } from './server-metadata.ts'
import { type RequestTensor, writeRequest } from './write-request.ts'

/** The part of a model that is asked for. */
export type ServedModel = Pick<ModelSpec, 'name' | 'input' | 'layout' | 'width' | 'height'>

/**
 * Numbers of each output, rows x values.
 * @param data `rows` images in the model's own type.
 * Throws what requests and answers throw, and `model_unsupported` where another version answered.
 */
export async function askServer(
  client: ServerClient,
  model: ServedModel,
  server: ServerSpec,
  data: RequestTensor['data'],
  rows: number,
  outputs: readonly WantedOutput[],
): Promise<readonly Float32Array[]> {
  const { name, type } = model.input
  const shape = model.layout === 'nchw' ? [rows, 3, model.height, model.width] : [rows, model.height, model.width, 3]
  const names = outputs.map((output) => output.name)
  const { headers, body } = writeRequest({ name, type, shape, data }, names, server.isBinary)
  const answer = await client.post(
    `${modelPath(server)}/infer`,
    headers,
    body,
    maxAnswerBytes({ rows, outputs }, server.isBinary),
  )
  const jsonLength = answer.headers.get('inference-header-content-length')
  const { version, numbers } = readAnswer(answer.bytes, jsonLength, { host: new URL(server.url).host, rows, outputs })
  if (version !== null && server.versions.length > 0 && !server.versions.includes(version)) {
    throw changedModel(model, server, `version ${version} answered, and ${server.versions.join(', ')} was added`)
  }
  return numbers
}

export function changedModel({ name }: Pick<ModelSpec, 'name'>, server: ServerSpec, change: string): FoibleError {
  return new FoibleError(
    'model_unsupported',
    `${formatServerAddress(server)} is no longer the model that was added as ${name}: ${change}. Add it again under another name, so that figures of two models are not mixed.`,
    { part: 'server', url: server.url, model: server.model, change },
  )
}

/** The output that ranks or describes an image. */
export function wantedOutput({ output, outputKind, embedding, classes }: ModelSpec): WantedOutput {
  return { name: output.name, values: outputKind === 'embedding' ? (embedding?.size ?? 0) : classes.length }
}

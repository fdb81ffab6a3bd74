// A model on an inference server: what the server says of it, and how images are prepared for it, then like any other model.
import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { FoibleError } from '#core/errors.ts'
import { isModelCompanion } from '#core/models/model-companions.ts'
import type { ChosenSettings } from '#core/models/model-settings.ts'
import { type ServerAddress, checkServerAddress, formatServerAddress } from '#core/models/server-address.ts'
import { inspectServer } from '#models/kserve/inspect-server.ts'
import { formatServerCard, serverCardFile } from '#models/kserve/server-card.ts'
import { tryServer } from '#models/kserve/try-server.ts'
import type { ModelSpec } from '#models/model-spec.ts'
import type { ModelRecord } from '#store/model-table.ts'
import type { EngineParts } from '../engine-parts.ts'
import { readTypedToken } from '../server-tokens.ts'
import { listOwnFiles } from './list-own-files.ts'
import { serverOrigin } from './model-registry.ts'
import { tokenEnvOf } from './with-server-token.ts'

/** Where it is said how images are prepared and what the classes are called. */
export type LikeSource =
  | { readonly kind: 'model'; readonly model: string }
  /** A folder with a card, or a file of it. */
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'hub'; readonly repo: string; readonly revision: string | null }

export interface ServerModelRequest extends ServerAddress {
  readonly like: LikeSource | null
  /** In the library; null = as on the server. */
  readonly name: string | null
  /** Variable with the token; null = the one given, or kept. */
  readonly tokenEnv: string | null
  /** Kept for later runs, once the server has taken it. */
  readonly token: string | null
  readonly settings: ChosenSettings
}

export async function addServerModel(
  parts: EngineParts,
  request: ServerModelRequest,
  signal: AbortSignal,
): Promise<ModelRecord> {
  const { serverTokens } = parts
  const address = checkServerAddress(request)
  const { tokenEnv } = request
  if (tokenEnv !== null) serverTokens.requireAllowed(tokenEnv)
  const typed = request.token === null ? null : readTypedToken(request.token)
  const token = typed ?? (await serverTokens.get({ url: address.url, tokenEnv }))
  const { card, isBytes } = await inspectServer(address, token, signal)
  const folder = mkdtempSync(path.join(parts.library.folder, 'models', '.server-'))
  try {
    writeFileSync(path.join(folder, serverCardFile), formatServerCard(card))
    const like = request.like === null ? {} : await describeLike(parts, request.like, folder, isBytes, signal)
    const settings = { ...like, ...request.settings, ...(tokenEnv === null ? {} : { tokenEnv }) }
    const origin = `${serverOrigin}${formatServerAddress(address)}`
    const check = async (spec: ModelSpec) => await tryServer(spec, { ...address, ...card }, token, signal)
    const record = await parts.models.add(folder, request.name ?? address.model, origin, signal, { settings, check })
    if (tokenEnvOf(record.settings) !== tokenEnv) throw hasOtherToken(record, tokenEnv)
    if (typed !== null) await serverTokens.set(address.url, typed)
    return record
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function hasOtherToken({ name, settings }: ModelRecord, tokenEnv: string | null): FoibleError {
  const [its, given] = [tokenEnvOf(settings), tokenEnv].map((variable) => variable ?? 'a token that is kept')
  const message = `The model is there already, as ${name}, with ${its} instead of ${given}: remove it, then add it again.`
  return new FoibleError('already_exists', message, { model: name })
}

/** What goes before what lies in `folder`, into which the files of a card are put. */
async function describeLike(
  parts: EngineParts,
  like: LikeSource,
  folder: string,
  isBytes: boolean,
  signal: AbortSignal,
): Promise<ChosenSettings> {
  if (like.kind === 'model') return settingsOf(await parts.models.spec(like.model, signal), isBytes)
  if (like.kind === 'path') {
    copyCard(like.path, folder)
    return {}
  }
  const id = like.repo.replace(/^hf:/, '')
  const sha = await parts.hub.resolve('model', id, like.revision, signal)
  copyCard(await parts.hub.fetchCard(id, sha, signal), folder)
  await parts.hub.release({ type: 'model', name: id }, sha)
  return {}
}

/** A server that takes bytes normalises them itself, as the model that stands behind it does not. */
function settingsOf(spec: ModelSpec, isBytes: boolean): ChosenSettings {
  const { cropBorderPx: _border, ...steps } = spec.preprocessing
  const origin = `${steps.origin}, as ${spec.name}`
  const plain = { rescale: 1, mean: [0, 0, 0], std: [1, 1, 1] } as const
  const [background, others] = [spec.classes.at(-1), spec.classes.slice(0, -1)]
  const names = spec.backgroundFirst === true && background !== undefined ? [background, ...others] : spec.classes
  return {
    preprocessing: isBytes ? { ...steps, ...plain, origin } : { ...steps, origin },
    // What only embeds images knows no classes.
    ...(names.length === 0 ? {} : { classes: { names: [...names], file: spec.name } }),
  }
}

/** Throws `not_found`, and `empty_source` where nothing there describes a model. */
function copyCard(from: string, folder: string): void {
  if (!existsSync(from)) throw new FoibleError('not_found', `There is nothing at ${from}: choose a folder with a card.`)
  const place = statSync(from).isDirectory() ? from : path.dirname(from)
  const files = listOwnFiles(place).filter(isModelCompanion)
  if (files.length === 0) {
    const message = `${place} holds neither a config.json, a preprocessor_config.json nor a list of classes: choose a folder that describes the model.`
    throw new FoibleError('empty_source', message, { path: place })
  }
  for (const name of files) cpSync(realpathSync(path.join(place, name)), path.join(folder, name))
}

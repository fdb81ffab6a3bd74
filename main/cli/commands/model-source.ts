// What “foible models add” is given: a file, a folder, a Hub id, or kserve: and the address of a model on a server.
import type { ServerSource } from '#contract/work.ts'
import { FoibleError } from '#core/errors.ts'
import { parseServerAddress } from '#core/models/server-address.ts'
import { type Session, findSource } from '../session.ts'

export interface ModelSourceFlags {
  readonly revision?: string
  readonly like?: string
  readonly tokenEnv?: string
}

const scheme = /^kserve:/i

/** Throws `usage` where --like or --token-env stand with what is no server. */
export async function findModelSource(session: Session, text: string, flags: ModelSourceFlags) {
  if (scheme.test(text)) return await findServer(session, text.replace(scheme, ''), flags)
  if (flags.like !== undefined || flags.tokenEnv !== undefined) {
    throw new FoibleError('usage', '--like and --token-env are for models on a server: kserve:https://host:8000/model.')
  }
  return await findPlaceOrHub(session, text, flags.revision)
}

async function findServer(session: Session, text: string, flags: ModelSourceFlags): Promise<ServerSource> {
  const { serverTokens } = session.engine
  return {
    kind: 'server',
    ...parseServerAddress(text),
    like: flags.like === undefined ? null : await findLike(session, flags.like, flags.revision),
    token: null,
    tokenEnv: flags.tokenEnv === undefined ? null : serverTokens.allowVariable(flags.tokenEnv),
  }
}

/** A model of the library goes before a folder of that name. */
async function findLike(session: Session, text: string, revision: string | undefined): Promise<ServerSource['like']> {
  const models = await session.client.call('models.list', {})
  if (models.some(({ name }) => name === text)) return { kind: 'model', model: text }
  return await findPlaceOrHub(session, text, revision)
}

async function findPlaceOrHub(session: Session, text: string, revision: string | undefined) {
  const source = await findSource(session, text, revision ?? null)
  if (source.kind === 'sample') throw new Error('a model is never the sample')
  return source
}

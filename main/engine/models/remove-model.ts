// The end of a model, and with the last one of a server, of the token that is kept for that server.
import type { EngineParts } from '../engine-parts.ts'

type RemovingParts = Pick<EngineParts, 'models' | 'serverTokens'>

/** Throws `not_found`. */
export async function removeModel({ models, serverTokens }: RemovingParts, name: string): Promise<void> {
  const url = await models.serverUrl(models.record(name))
  models.remove(name)
  if (url === null) return
  const others = await Promise.all(models.list().map((record) => models.serverUrl(record)))
  if (!others.includes(url)) await serverTokens.set(url, null)
}

// Calls about the Hub: searching it, one dataset's card, and who asks. All are for somebody who waits at the screen.
import type { HubAccount } from '#contract/hub.ts'
import { FoibleError } from '#core/errors.ts'
import { assertToken } from '#engine/hub-token.ts'
import type { FileTree, TreeEntry } from '#formats/dataset-reader.ts'
import { getDatasetFacts, getUser, searchDatasets } from '#hub/hub-api.ts'
import type { HandlerParts, Subject } from './handler-parts.ts'

const maxCardBytes = 4 << 20

export function hubHandlers(
  parts: HandlerParts,
): Subject<'hub.search' | 'hub.dataset' | 'hub.account' | 'hub.setToken'> {
  const { brief } = parts.hub
  return {
    'hub.search': async ({ text, limit }, { signal }) => [
      ...(await searchDatasets(brief.client, text.trim(), limit, signal)),
    ],
    'hub.dataset': async ({ repo: text, revision }, { signal }) => {
      const repo = text.replace(/^hf:/, '')
      const { facts, sha } = await getDatasetFacts(brief.client, repo, revision, signal)
      const tree = await brief.tree(repo, sha)
      const entries = await tree.list(signal)
      return {
        ...facts,
        sha,
        files: entries.length,
        sizeBytes: entries.reduce((sum, entry) => sum + entry.sizeBytes, 0),
        card: await readCard(tree, entries, signal),
      }
    },
    'hub.account': (_input, { signal }) => describeAccount(parts, signal),
    'hub.setToken': async ({ token: given }, { signal }) => {
      const token = given?.trim() ?? null
      if (token !== null) {
        assertToken(token)
        await getUser(brief.client.withToken(token), signal)
      }
      await parts.hubToken.set(token)
      parts.hub.client.forgetLimits()
      return await describeAccount(parts, signal)
    },
  }
}

/** The README's text; empty where there is none, or the repository is gated and we were not let in. */
async function readCard(tree: FileTree, entries: readonly TreeEntry[], signal: AbortSignal): Promise<string> {
  const readme = entries.find((entry) => entry.path.toLowerCase() === 'readme.md')
  if (readme === undefined) return ''
  try {
    return new TextDecoder().decode(await tree.read(readme.path, maxCardBytes, signal))
  } catch (error) {
    if (error instanceof FoibleError && error.code === 'auth_required') return ''
    throw error
  }
}

async function describeAccount(parts: HandlerParts, signal: AbortSignal): Promise<HubAccount> {
  const { hub, hubToken } = parts
  const tokenFrom = await hubToken.origin()
  return {
    endpoint: hub.client.endpoint,
    tokenFrom,
    user: tokenFrom === 'none' ? null : await findUser(parts, signal),
    hasKeychain: hubToken.hasKeychain,
  }
}

/** null where the Hub cannot be asked, or does not know the token: what needs it says so. */
async function findUser(parts: HandlerParts, signal: AbortSignal): Promise<string | null> {
  try {
    return await getUser(parts.hub.brief.client, signal)
  } catch (error) {
    const isAnswer = error instanceof FoibleError && ['network', 'auth_required', 'rate_limited'].includes(error.code)
    if (isAnswer) return null
    throw error
  }
}

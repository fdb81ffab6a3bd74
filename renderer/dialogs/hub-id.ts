// What people paste for a Hub repository: an id, an address, or `hf:` before either. Pure.

export interface HubId {
  readonly repo: string
  readonly revision: string | null
}

const shape = /^[A-Za-z0-9][\w.-]*\/[\w.-]+$/

/** `owner/name`, `hf:owner/name@revision` or an address of the Hub; null for anything else. */
export function parseHubId(text: string): HubId | null {
  const bare = text
    .trim()
    .replace(/^hf:(\/\/)?/, '')
    .replace(/^https?:\/\/[^/]+\//, '')
    .replace(/^datasets\//, '')
  const [, path = '', tree, at] = /^([^@]+?)(?:\/tree\/([^/]+).*)?(?:@(.+))?$/.exec(bare) ?? []
  const repo = path.replace(/\/$/, '')
  return shape.test(repo) ? { repo, revision: at ?? tree ?? null } : null
}

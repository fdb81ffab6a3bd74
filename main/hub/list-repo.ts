// The listing of a repository at a commit, without what no dataset may hold.
import { listFiles } from '@huggingface/hub'
import { z } from 'zod'
import { FoibleError } from '#core/errors.ts'
import type { HubClient, HubRepo } from './hub-client.ts'
import type { HubEntry } from './hub-entry.ts'

const checksum = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`))
const itemSchema = z.object({
  type: z.string(),
  path: z.string().min(1),
  size: z.number().nonnegative(),
  oid: checksum(40).optional().catch(undefined),
  lfs: z.object({ oid: checksum(64), size: z.number().nonnegative() }).optional(),
})

/** All files but hidden ones and those with names that no dataset may have, depth first by name as local folders are listed. */
export async function listRepo(
  client: HubClient,
  repo: HubRepo,
  sha: string,
  signal: AbortSignal,
): Promise<readonly HubEntry[]> {
  const entries: HubEntry[] = []
  for await (const raw of listFiles({ ...client.libraryOptions(signal), repo, revision: sha, recursive: true })) {
    const parsed = itemSchema.safeParse(raw)
    if (!parsed.success) {
      throw new FoibleError('network', `The Hub’s list of ${repo.name} makes no sense; try again later.`, {
        repo: repo.name,
      })
    }
    const item = parsed.data
    if (item.type !== 'file' || !isShown(item.path)) continue
    entries.push({
      path: item.path,
      sizeBytes: item.lfs?.size ?? item.size,
      sha256: item.lfs?.oid ?? null,
      gitOid: item.lfs ? null : (item.oid ?? null),
    })
  }
  // Git's order differs where a name continues another one.
  const keys = new Map(entries.map((entry) => [entry, entry.path.replaceAll('/', '\0')]))
  return entries.sort((a, b) => (keys.get(a)! < keys.get(b)! ? -1 : 1))
}

/** Git allows no `..`, but who answers need not be Git. */
function isShown(path: string): boolean {
  return !/[\\\x00-\x1f]|^[A-Za-z]:/.test(path) && path.split('/').every((part) => part !== '' && !part.startsWith('.'))
}

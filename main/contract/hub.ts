// The Hugging Face Hub: searching it, who asks, and newer revisions of what was imported.
import { z } from 'zod'
import { call } from './call.ts'
import { datasetId, isoDate } from './common.ts'
import { jobSchema } from './jobs.ts'

export const hubDatasetSchema = z.object({
  /** `owner/name` */
  repo: z.string(),
  summary: z.string(),
  license: z.string().nullable(),
  /** `auto` and `manual` need an account that was let in. */
  gated: z.enum(['no', 'auto', 'manual']),
  downloads: z.number().int(),
  likes: z.number().int(),
  updatedAt: isoDate.nullable(),
  /** From the card's tags or facts; null where the Hub does not say. */
  sizeBytes: z.number().nullable(),
  /** "10K<n<100K" */
  sizeCategory: z.string().nullable(),
})
export type HubDataset = z.infer<typeof hubDatasetSchema>

export const hubAccountSchema = z.object({
  endpoint: z.string(),
  tokenFrom: z.enum(['none', 'keychain', 'session', 'environment', 'file']),
  /** Who the token belongs to; null without one, or while the Hub cannot be asked. */
  user: z.string().nullable(),
  /** Whether a token can be kept in the system's keychain; else it lasts until Foible is closed. */
  hasKeychain: z.boolean(),
})
export type HubAccount = z.infer<typeof hubAccountSchema>

export const revisionDiffSchema = z.object({
  /** The commit the dataset was imported from, and the newest one of its branch. */
  from: z.string(),
  to: z.string(),
  isNewer: z.boolean(),
  added: z.number().int(),
  removed: z.number().int(),
  /** Same path, other content. */
  changed: z.number().int(),
  /** Same content under another path: tags and predictions follow. */
  moved: z.number().int(),
  unchanged: z.number().int(),
  /** Up to 20 file names a kind. */
  examples: z.object({ added: z.array(z.string()), removed: z.array(z.string()), changed: z.array(z.string()) }),
})
export type RevisionDiff = z.infer<typeof revisionDiffSchema>

export const hubCalls = {
  'hub.search': call(
    z.object({ text: z.string().max(200), limit: z.number().int().min(1).max(100) }),
    z.array(hubDatasetSchema),
  ),
  /** Card, size and files of one dataset. */
  'hub.dataset': call(
    z.object({ repo: z.string().min(1).max(200), revision: z.string().nullable() }),
    hubDatasetSchema.extend({ sha: z.string(), card: z.string(), files: z.number().int() }),
  ),
  'hub.account': call(z.object({}), hubAccountSchema),
  /** Keeps a token (in the keychain where there is one), or forgets it. Throws `auth_required` for one the Hub refuses. */
  'hub.setToken': call(z.object({ token: z.string().min(1).max(500).nullable() }), hubAccountSchema),
}

export const revisionCalls = {
  /** What the newest revision of the dataset's branch would change. */
  'revisions.compare': call(z.object({ dataset: datasetId }), revisionDiffSchema),
  /** Takes a revision over; tags, views and predictions of unchanged images stay. */
  'revisions.take': call(z.object({ dataset: datasetId, sha: z.string() }), z.object({ job: jobSchema })),
}

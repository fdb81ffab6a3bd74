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

const count = z.number().int().nonnegative()
const names = z.array(z.string())

export const revisionDiffSchema = z.object({
  repo: z.string(),
  /** The branch, tag or commit that was asked for. */
  revision: z.string(),
  /** The commit the dataset was imported from, and the one that the revision stands for now. */
  from: z.string(),
  to: z.string(),
  isNewer: z.boolean(),
  /** Samples, as all counts. */
  added: count,
  removed: count,
  /** Same name, other content: tags follow, predictions do not. */
  changed: count,
  /** Same content under another name: tags and predictions follow. */
  moved: count,
  unchanged: count,
  /** Same name, and nothing says whether the content is the same: taken for changed. */
  unsure: count,
  /** Archives that are other ones now: what is in them is known only once they are fetched. */
  unreadArchives: count,
  /** What goes: removed samples with tags; samples with predictions that are removed, changed or unsure. */
  lost: z.object({ tagged: count, predicted: count }),
  /** Up to 20 file names a kind; `before → after` for those that moved. */
  examples: z.object({ added: names, removed: names, changed: names, moved: names, unsure: names }),
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

/** null: the branch that the dataset was imported from. */
const revision = z.string().min(1).max(200).nullable().default(null)

export const revisionCalls = {
  /** What taking a revision over would change. Throws `usage` for a dataset that is not from the Hub. */
  'revisions.compare': call(z.object({ dataset: datasetId, revision }), revisionDiffSchema),
  /** Takes a commit over; tags, views and predictions of unchanged images stay. */
  'revisions.take': call(
    z.object({ dataset: datasetId, sha: z.string().regex(/^[0-9a-f]{40}$/), revision }),
    z.object({ job: jobSchema }),
  ),
}

// What the Hub tells about datasets and accounts. Its answers are read with suspicion: what is missing or odd is null, not an error.
import { datasetInfo, listDatasets } from '@huggingface/hub'
import { z } from 'zod'
import { FoibleError } from '#core/errors.ts'
import { assertRepoName, type HubClient, isCommit } from './hub-client.ts'

export interface DatasetFacts {
  /** `owner/name` */
  readonly repo: string
  /** The card's first words, on one line. */
  readonly summary: string
  readonly license: string | null
  readonly gated: 'no' | 'auto' | 'manual'
  readonly downloads: number
  readonly likes: number
  /** ISO date */
  readonly updatedAt: string | null
  readonly sizeBytes: number | null
  /** "10K<n<100K" */
  readonly sizeCategory: string | null
}

const maxSummary = 300
const fields = ['cardData', 'tags', 'description', 'sha'] as const

const count = z.number().int().nonnegative().catch(0)
const configSchema = z.object({ download_size: z.number().nonnegative() })
const factsSchema = z.object({
  name: z.string().min(1),
  description: z.string().catch(''),
  tags: z.array(z.string()).catch([]),
  gated: z.enum(['no', 'auto', 'manual']).catch('no'),
  downloads: count,
  likes: count,
  sha: z.string().refine(isCommit).nullable().catch(null),
  updatedAt: z.date().nullable().catch(null),
  cardData: z
    .object({
      license: z
        .union([z.string(), z.array(z.string())])
        .nullish()
        .catch(null),
      pretty_name: z.string().nullish().catch(null),
      dataset_info: z
        .union([configSchema, z.array(configSchema)])
        .nullish()
        .catch(null),
    })
    .nullable()
    .catch(null),
})

/** Datasets whose name has the words of `text`, the most fetched ones first. */
export async function searchDatasets(
  client: HubClient,
  text: string,
  limit: number,
  signal: AbortSignal,
): Promise<readonly DatasetFacts[]> {
  const found: DatasetFacts[] = []
  const search = listDatasets({
    ...client.libraryOptions(signal),
    search: { query: text },
    additionalFields: [...fields],
    sort: 'downloads',
    limit,
  })
  for await (const entry of search) found.push(readFacts(entry).facts)
  return found
}

/** One dataset at a revision (null: the default branch), and the commit that it stands for. */
export async function getDatasetFacts(
  client: HubClient,
  repo: string,
  revision: string | null,
  signal: AbortSignal,
): Promise<{ readonly facts: DatasetFacts; readonly sha: string }> {
  assertRepoName(repo)
  const request = { ...client.libraryOptions(signal), name: repo, revision: revision ?? 'main' }
  const { facts, sha } = readFacts(await datasetInfo({ ...request, additionalFields: [...fields] }))
  if (sha !== null) return { facts, sha }
  throw new FoibleError('network', `The Hub names no commit for ${repo}; try again later.`, { repo })
}

/** The account's name. Throws `auth_required` where the Hub does not know the client's token. */
export async function getUser(client: HubClient, signal: AbortSignal): Promise<string> {
  let answer: unknown
  try {
    answer = await client.getJson('/api/whoami-v2', signal)
  } catch (cause) {
    if (!(cause instanceof FoibleError) || cause.code !== 'auth_required') throw cause
    const message = `The Hub does not know this token; make a new one at ${client.endpoint}/settings/tokens.`
    throw new FoibleError('auth_required', message, { endpoint: client.endpoint }, { cause })
  }
  const account = z.object({ name: z.string() }).safeParse(answer)
  if (account.success) return account.data.name
  throw nonsense()
}

function readFacts(raw: unknown): { readonly facts: DatasetFacts; readonly sha: string | null } {
  const parsed = factsSchema.safeParse(raw)
  if (!parsed.success) throw nonsense()
  const { name, description, tags, gated, downloads, likes, updatedAt, cardData, sha } = parsed.data
  const tagged = (prefix: string) => tags.find((tag) => tag.startsWith(prefix))?.slice(prefix.length) ?? null
  const configs = [cardData?.dataset_info ?? []].flat()
  // The Hub's descriptions begin with the card's heading, which says no more than the name does.
  const told = description.replace(/^\s*Dataset Card (?:for|of)\b[^\n]*\n/i, '')
  const words = told.replace(/\s+/g, ' ').trim() || (cardData?.pretty_name ?? '')
  const facts = {
    repo: name,
    summary: words.length > maxSummary ? `${words.slice(0, maxSummary).trimEnd()}…` : words,
    license: [cardData?.license ?? []].flat()[0] ?? tagged('license:'),
    gated,
    downloads,
    likes,
    updatedAt: updatedAt !== null && Number.isFinite(updatedAt.getTime()) ? updatedAt.toISOString() : null,
    sizeBytes: configs.length > 0 ? configs.reduce((sum, config) => sum + config.download_size, 0) : null,
    sizeCategory: tagged('size_categories:'),
  }
  return { facts, sha }
}

function nonsense(): FoibleError {
  return new FoibleError('network', 'The Hub’s answer makes no sense; check HF_ENDPOINT, or try again later.')
}

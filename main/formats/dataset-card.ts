// A dataset card: the YAML front matter of README.md, reduced to what importing needs. YAML 1.2 core schema, so that a class
// called `N`, `no` or `on` stays text.
import { parseDocument } from 'yaml'
import { z } from 'zod'
import type { FileTree, TreeEntry } from './dataset-reader.ts'
import { type Features, noFeatures, parseCardFeatures } from './features.ts'
import { type FoibleSchema, parseFoibleSchema } from './foible-schema.ts'

const maxCardBytes = 4 << 20

export interface DataFiles {
  readonly split: string
  readonly patterns: readonly string[]
}

export interface DatasetCard {
  /** From `configs`: the files of each split in the default configuration; null if the card does not say. */
  readonly dataFiles: readonly DataFiles[] | null
  /** Whether folder names are labels; null if the card does not say. */
  readonly dropLabels: boolean | null
  readonly features: Features
  readonly description: string | null
  readonly license: string | null
  readonly foible: FoibleSchema | null
}

const emptyCard: DatasetCard = {
  dataFiles: null,
  dropLabels: null,
  features: noFeatures,
  description: null,
  license: null,
  foible: null,
}

const oneOrMore = z.union([z.string().transform((item) => [item]), z.array(z.string())])
const dataFilesShape = z.union([
  oneOrMore.transform((patterns) => [{ split: 'train', patterns }]),
  z.array(
    z.object({ split: z.coerce.string(), path: oneOrMore }).transform(({ split, path }) => ({ split, patterns: path })),
  ),
  z
    .record(z.string(), oneOrMore)
    .transform((map) => Object.entries(map).map(([split, patterns]) => ({ split, patterns }))),
])
const configShape = z.object({
  config_name: z.string().optional(),
  data_dir: z.string().optional(),
  data_files: dataFilesShape.optional(),
  drop_labels: z.boolean().optional(),
  default: z.boolean().optional(),
})
const infoShape = z.object({ config_name: z.string().optional(), features: z.array(z.unknown()).optional() })
const frontMatterShape = z.object({
  configs: z.array(configShape).optional().catch(undefined),
  dataset_info: z
    .union([infoShape.transform((info) => [info]), z.array(infoShape)])
    .optional()
    .catch(undefined),
  license: oneOrMore.optional().catch(undefined),
  description: z.string().optional().catch(undefined),
  pretty_name: z.string().optional().catch(undefined),
  foible: z.unknown().optional(),
})

/** The card of a tree; an empty one where README.md is missing, has no front matter, or has a front matter that is no YAML. */
export async function readDatasetCard(
  tree: FileTree,
  entries: readonly TreeEntry[],
  signal: AbortSignal,
): Promise<DatasetCard> {
  const readme = entries.find((entry) => entry.path === 'README.md')
  if (!readme || readme.sizeBytes > maxCardBytes) return emptyCard
  return parseDatasetCard(new TextDecoder().decode(await tree.read(readme.path, maxCardBytes, signal)))
}

export function parseDatasetCard(markdown: string): DatasetCard {
  const match = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(markdown)
  if (!match) return emptyCard
  const document = parseDocument(match[1] ?? '', { version: '1.2', schema: 'core' })
  const parsed = frontMatterShape.safeParse(document.errors.length === 0 ? document.toJS() : null)
  if (!parsed.success) return emptyCard
  const { configs = [], dataset_info: infos = [], license, description, pretty_name: prettyName, foible } = parsed.data
  const config =
    configs.find((item) => item.default) ?? configs.find((item) => item.config_name === 'default') ?? configs[0]
  const info = infos.find((item) => item.config_name === config?.config_name) ?? infos[0]
  const prefix = config?.data_dir ? `${config.data_dir.replace(/^\.\/|\/$/g, '')}/` : ''
  return {
    dataFiles:
      config?.data_files?.map(({ split, patterns }) => ({ split, patterns: patterns.map((item) => prefix + item) })) ??
      null,
    dropLabels: config?.drop_labels ?? null,
    features: info?.features ? parseCardFeatures(info.features) : noFeatures,
    description: description ?? prettyName ?? null,
    license: license?.join(', ') ?? null,
    foible: parseFoibleSchema(foible),
  }
}

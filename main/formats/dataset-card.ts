// A dataset card: the YAML front matter of README.md, reduced to what importing needs. YAML 1.2 core schema, so that a class
// called `N`, `no` or `on` stays text.
import { z } from 'zod'
import type { FileTree, ReadOptions, TreeEntry } from './dataset-reader.ts'
import { type Features, noFeatures, parseCardFeatures } from './features.ts'
import type { FindingLog } from './finding-log.ts'
import { type FoibleSchema, parseFoibleSchema } from './foible-schema.ts'
import { parseYaml } from './parse-yaml.ts'
import { scalarText } from './scalar-text.ts'

const maxCardBytes = 4 << 20

export interface DataFiles {
  readonly split: string
  readonly patterns: readonly string[]
}

export interface DatasetCard {
  /** From `configs`: the files of each split in the default configuration; null if the card does not say. */
  readonly dataFiles: readonly DataFiles[] | null
  /** The folder that the configuration is about, where it lists no files; null for all. */
  readonly dataDir: string | null
  /** Configurations that are not the default one. */
  readonly otherConfigs: readonly string[]
  /** The front matter is no YAML, or not of the form that the Hub asks for: nothing was taken from it. */
  readonly isBroken: boolean
  /** Samples by split, as the card has counted them; null if it has not. */
  readonly splitSizes: ReadonlyMap<string, number> | null
  /** Whether metadata files are left alone; null if the card does not say. */
  readonly dropMetadata: boolean | null
  /** Whether folder names are labels; null if the card does not say. */
  readonly dropLabels: boolean | null
  readonly features: Features
  readonly description: string | null
  readonly license: string | null
  readonly foible: FoibleSchema | null
}

const emptyCard: DatasetCard = {
  dataFiles: null,
  dataDir: null,
  otherConfigs: [],
  isBroken: false,
  splitSizes: null,
  dropMetadata: null,
  dropLabels: null,
  features: noFeatures,
  description: null,
  license: null,
  foible: null,
}

const oneOrMore = z.union([z.string().transform((item) => [item]), z.array(z.string())])
const dataFilesShape = z.union([
  oneOrMore.transform((patterns) => [{ split: 'train', patterns }]),
  z.array(z.object({ split: scalarText, path: oneOrMore }).transform(({ split, path }) => ({ split, patterns: path }))),
  z
    .record(z.string(), oneOrMore)
    .transform((map) => Object.entries(map).map(([split, patterns]) => ({ split, patterns }))),
])
const configShape = z.object({
  config_name: z.string().optional(),
  data_dir: z.string().optional(),
  data_files: dataFilesShape.optional(),
  drop_labels: z.boolean().optional(),
  drop_metadata: z.boolean().optional(),
  default: z.boolean().optional(),
})
const infoShape = z.object({
  config_name: z.string().optional(),
  features: z.array(z.unknown()).optional(),
  splits: z
    .array(z.object({ name: scalarText, num_examples: z.number().int().min(0) }))
    .optional()
    .catch(undefined),
})
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
  const parsed = frontMatterShape.safeParse(parseOrNull(match[1] ?? ''))
  if (!parsed.success) return { ...emptyCard, isBroken: true }
  const { configs = [], dataset_info: infos = [], license, description, pretty_name: prettyName, foible } = parsed.data
  const config =
    configs.find((item) => item.default) ?? configs.find((item) => item.config_name === 'default') ?? configs[0]
  const info = infos.find((item) => item.config_name === config?.config_name) ?? infos[0]
  const dataDir = config?.data_dir?.replace(/^(?:\.?\/)+|\/+$/g, '') ?? ''
  const prefix = dataDir === '' || dataDir === '.' ? '' : `${dataDir}/`
  return {
    dataFiles:
      config?.data_files?.map(({ split, patterns }) => ({ split, patterns: patterns.map((item) => prefix + item) })) ??
      null,
    dataDir: prefix === '' ? null : dataDir,
    otherConfigs: configs.filter((item) => item !== config).map((item) => item.config_name ?? 'default'),
    isBroken: false,
    splitSizes: info?.splits ? new Map(info.splits.map((split) => [split.name, split.num_examples])) : null,
    dropMetadata: config?.drop_metadata ?? null,
    dropLabels: config?.drop_labels ?? null,
    features: info?.features ? parseCardFeatures(info.features) : noFeatures,
    description: description ?? prettyName ?? null,
    license: license?.join(', ') ?? null,
    foible: parseFoibleSchema(foible),
  }
}

function parseOrNull(yaml: string): unknown {
  try {
    return parseYaml(yaml)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Reports what of a card was passed over. */
export function noteCard(card: DatasetCard, findings: FindingLog): void {
  if (card.isBroken) findings.add('broken_card', 'README.md')
  for (const name of card.otherConfigs) findings.add('other_config', name)
}

/** The number of samples that the card gives for what is read: of one split or of all; nothing where only a part is asked for. */
export function countOfCard(
  { splitSizes }: DatasetCard,
  { split, maxSamples }: Pick<ReadOptions, 'split' | 'maxSamples'>,
): { readonly cardSamples?: number } {
  if (splitSizes === null || maxSamples !== null) return {}
  const sizes = split === null ? [...splitSizes.values()] : [splitSizes.get(split)]
  const count = sizes.reduce<number | undefined>((sum, size) => (size === undefined ? undefined : (sum ?? 0) + size), 0)
  return count === undefined || sizes.length === 0 ? {} : { cardSamples: count }
}

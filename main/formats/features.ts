// Hugging Face features, as far as Foible needs them: which columns are ClassLabels with which names, which are images.
import { z } from 'zod'
import { parseJson } from './parse-json.ts'
import { scalarText } from './scalar-text.ts'

export interface Features {
  /** ClassLabel columns and their names, in the order of their numbers. */
  readonly classLabels: ReadonlyMap<string, readonly string[]>
  readonly images: readonly string[]
}

export const noFeatures: Features = { classLabels: new Map(), images: [] }

const infoShape = z.object({ features: z.record(z.string(), z.unknown()) })
const schemaMetadata = z.object({ info: infoShape })
const infosShape = z.record(z.string(), infoShape)
const schemaFeature = z.object({ _type: z.string(), names: z.array(scalarText).optional() })

/** Features from the value of an Arrow schema's metadata key `huggingface`; null if it is not of that form. */
export function parseSchemaFeatures(json: string): Features | null {
  const parsed = schemaMetadata.safeParse(parseOrNull(json))
  return parsed.success ? toFeatures(parsed.data.info.features) : null
}

/** Features from `dataset_infos.json`, of its configuration `default` or else its first; null if it is not of that form. */
export function parseInfoFeatures(json: string): Features | null {
  const parsed = infosShape.safeParse(parseOrNull(json))
  const info = parsed.success ? (parsed.data['default'] ?? Object.values(parsed.data)[0]) : undefined
  return info ? toFeatures(info.features) : null
}

function parseOrNull(json: string): unknown {
  try {
    return parseJson(json)
  } catch {
    return null
  }
}

function toFeatures(byName: Readonly<Record<string, unknown>>): Features {
  const classLabels = new Map<string, readonly string[]>()
  const images: string[] = []
  for (const [name, raw] of Object.entries(byName)) {
    const feature = schemaFeature.safeParse(raw)
    if (!feature.success) continue
    if (feature.data._type === 'Image') images.push(name)
    if (feature.data._type === 'ClassLabel' && feature.data.names) classLabels.set(name, feature.data.names)
  }
  return { classLabels, images }
}

const cardNames = z.union([z.array(scalarText), z.record(z.string(), scalarText)])
const cardFeature = z.object({
  name: z.string(),
  dtype: z.union([z.string(), z.object({ class_label: z.object({ names: cardNames }) })]),
})

/** Features from a card's `dataset_info.features` (a list of `{name, dtype}`); entries of other forms are passed over. */
export function parseCardFeatures(list: readonly unknown[]): Features {
  const classLabels = new Map<string, readonly string[]>()
  const images: string[] = []
  for (const raw of list) {
    const feature = cardFeature.safeParse(raw)
    if (!feature.success) continue
    const { name, dtype } = feature.data
    if (dtype === 'image') images.push(name)
    if (typeof dtype === 'object') classLabels.set(name, orderNames(dtype.class_label.names))
  }
  return { classLabels, images }
}

/** Names are a list, or a map whose keys are numbers written as text: '10' comes after '9'. */
function orderNames(names: z.infer<typeof cardNames>): readonly string[] {
  if (Array.isArray(names)) return names
  return Object.entries(names)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, name]) => name)
}

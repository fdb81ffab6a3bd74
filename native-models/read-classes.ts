// The class names of a model, by id, from its config or its metadata, and whether they are ImageNet-1k's. Pure.
import { FoibleError } from '#core/errors.ts'
import { imagenet1kClasses } from '#core/facts/imagenet-1k.ts'
import { z } from 'zod'
import type { ModelSpec } from './model-spec.ts'
import { fromObject, inOrder } from './read-label-file.ts'

const namesById = z.record(z.string().regex(/^\d+$/), z.string())
const configShape = z.object({
  id2label: namesById.nullish(),
  label_names: z.array(z.string()).nullish(),
  label_descriptions: z.record(z.string(), z.string()).nullish(),
})

/**
 * Names by id from config.json: `id2label` (Transformers), or `label_names` with `label_descriptions` (timm); null if it has none, or
 * only the `LABEL_0`, `LABEL_1` ... that Transformers writes for classes without names.
 * Throws `model_unsupported` where ids are missing.
 */
export function classesFromConfig(json: unknown, file: string): readonly string[] | null {
  const parsed = configShape.safeParse(json)
  if (!parsed.success) {
    const part = parsed.error.issues[0]?.path.join('.') ?? ''
    throw new FoibleError(
      'model_unsupported',
      `Foible cannot read the class names of ${file} ("${part}"): give "id2label" as an object of ids and names.`,
      { file, part },
    )
  }
  const { id2label, label_names, label_descriptions } = parsed.data
  if (label_names) return label_names.map((name) => label_descriptions?.[name] ?? name)
  const names = id2label ? inOrder(id2label, file) : []
  return names.every((name, id) => name === `LABEL_${id}`) ? null : names
}

/** Names by id from a file's metadata: `names`, `id2label` or `labels`, as JSON or as Python prints a dict (Ultralytics). */
export function classesFromMetadata(metadata: ReadonlyMap<string, string>, file: string): readonly string[] | null {
  for (const key of ['id2label', 'names', 'labels']) {
    const names = fromObject(metadata.get(key) ?? '', file)
    if (names.length > 0) return names
  }
  return null
}

export const imagenet1kNames: readonly string[] = imagenet1kClasses.map(({ names }) => names.join(', '))

/**
 * `imagenet-1k` where there are 1,000 classes and at least 900 of them are named as that id's class is: by a synonym, by all of them, or
 * by its WordNet id. Spellings differ between collections, orders do not agree by chance.
 */
export function labelSpaceOf(classes: readonly string[]): ModelSpec['labelSpace'] {
  if (classes.length !== imagenet1kClasses.length) return 'own'
  let agreeing = 0
  for (const [id, { wnid, names }] of imagenet1kClasses.entries()) {
    const label = folded(classes[id] ?? '')
    if (label.startsWith(wnid) || names.some((name) => folded(name) === label) || folded(names.join(', ')) === label)
      agreeing++
    else if (folded((classes[id] ?? '').split(',')[0] ?? '') === folded(names[0] ?? '')) agreeing++
  }
  return agreeing >= 900 ? 'imagenet-1k' : 'own'
}

function folded(label: string): string {
  return label.toLowerCase().replaceAll('_', ' ').trim()
}

// ImageNet's classes as labels: a name for each that no other has.
import { imagenet1kClasses } from '#core/facts/imagenet-1k.ts'

const uses = new Map<string, number>()
for (const { names } of imagenet1kClasses) uses.set(names[0]!, (uses.get(names[0]!) ?? 0) + 1)

/** The first synonym; two cranes and two maillots have their WordNet ids behind it. */
export const imagenetLabels: readonly string[] = imagenet1kClasses.map(({ wnid, names }) =>
  uses.get(names[0]!) === 1 ? names[0]! : `${names[0]!} (${wnid})`,
)

const ownIds: readonly (readonly number[])[] = imagenet1kClasses.map((_, id) => [id])

/** Label and accepted ids of a class by its id 0..999; none of both beyond. */
export function describeClass(id: number | undefined): {
  readonly label: string | null
  readonly acceptedIds: readonly number[] | null
} {
  const label = id === undefined ? undefined : imagenetLabels[id]
  return label === undefined ? { label: null, acceptedIds: null } : { label, acceptedIds: ownIds[id!]! }
}

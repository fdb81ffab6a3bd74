// Finds the model's classes that a person is typing for.
import { type ModelLabels, normaliseName, synonymsOf } from './map-classes.ts'
import { wnidToId } from './wnids.ts'

/** Up to `limit` ids: the id itself or its WordNet id first, then names that are, begin with, or hold the text. */
export function findClasses(text: string, { labels, labelSpace }: ModelLabels, limit: number): number[] {
  const wanted = normaliseName(text)
  if (wanted === '') return Array.from({ length: Math.min(limit, labels.length) }, (_, id) => id)
  const named = labelSpace === 'imagenet-1k' ? wnidToId(text.trim()) : null
  const ranked = labels.flatMap((label, id) => {
    const rank = String(id) === wanted || id === named ? 0 : rankOfNames(synonymsOf(label).map(normaliseName), wanted)
    return rank === null ? [] : [{ id, rank }]
  })
  return ranked
    .sort((a, b) => a.rank - b.rank || a.id - b.id)
    .slice(0, limit)
    .map(({ id }) => id)
}

function rankOfNames(names: readonly string[], wanted: string): number | null {
  if (names.includes(wanted)) return 1
  if (names.some((name) => name.startsWith(wanted))) return 2
  if (names.some((name) => name.includes(` ${wanted}`))) return 3
  return names.some((name) => name.includes(wanted)) ? 4 : null
}

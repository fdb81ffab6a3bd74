// What a label map says of each class, as decisions in a model's label space.
import { FoibleError } from '../errors.ts'
import { nearestNames } from '../filter/nearest.ts'
import { type LabelDecision, type ModelLabels, mapClasses, synonymsOf } from './map-classes.ts'

/** By class of the dataset: ids and names of the model's classes; none where the model does not know the class. */
export type LabelMap = ReadonlyMap<string, readonly (number | string)[]>

/**
 * Names are found as the dataset's own are: WordNet ids, whole labels, synonyms, whatever the case; digits are ids unless a label
 * is spelt so. Throws `unknown_name` for ids and names that the model does not have, with the nearest ones.
 */
export function resolveLabelMap(map: LabelMap, model: ModelLabels): Map<string, LabelDecision> {
  const written = [...map.values()].flat().filter((answer) => typeof answer === 'string')
  const names = [...new Set(written)]
  const mapped = mapClasses(
    // Names in one list with digits only would be taken for ids as a whole; here each stands for itself.
    [{ name: '' }, ...names.map((name) => ({ name }))],
    model,
  ).classes.slice(1)
  const idsOfName = new Map(names.map((name, index) => [name, mapped[index]!.ids]))
  return new Map(
    [...map].map(([name, answers]): [string, LabelDecision] => {
      const ids = answers.flatMap((answer) => idsOf(answer, idsOfName, model, name))
      return [name, { ids: [...new Set(ids)].sort((a, b) => a - b), source: 'file' }]
    }),
  )
}

function idsOf(
  answer: number | string,
  idsOfName: ReadonlyMap<string, readonly number[]>,
  { labels }: ModelLabels,
  forClass: string,
): readonly number[] {
  const named = typeof answer === 'string' ? (idsOfName.get(answer) ?? []) : []
  if (named.length > 0) return named
  const isId = typeof answer === 'number' || /^\d{1,9}$/.test(answer)
  if (isId && Number.isInteger(Number(answer)) && Number(answer) >= 0 && Number(answer) < labels.length)
    return [Number(answer)]
  if (isId) {
    const message = `“${forClass}” is mapped to ${answer}, and the model's ids run from 0 to ${labels.length - 1}.`
    throw new FoibleError('unknown_name', message, { name: String(answer), class: forClass, nearest: [] })
  }
  const nearest = nearestNames(answer, labels.flatMap(synonymsOf))
  const hint = nearest.length > 0 ? ` Did you mean ${nearest.map((near) => `“${near}”`).join(' or ')}?` : ''
  const message = `“${forClass}” is mapped to “${answer}”, which the model does not have.${hint}`
  throw new FoibleError('unknown_name', message, { name: answer, class: forClass, nearest })
}

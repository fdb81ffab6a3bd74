// What the answers of imported predictions mean: ids, WordNet ids, places in the dataset's list of classes, or names. Decided by
// all distinct answers together, never by one.
import { imagenet1kClasses } from '#core/facts/imagenet-1k.ts'
import { displayName, normaliseName } from '#core/labels/map-classes.ts'
import { wnidToId } from '#core/labels/wnids.ts'
import type { RunClass, RunRecord } from '#store/run-table.ts'
import type { Answer } from './prediction-accumulator.ts'

export interface ResolvedAnswers {
  /** By code - 1; then classes of the dataset that were never answered, where the answers are the dataset's own classes. */
  readonly classes: readonly RunClass[]
  readonly labelSpace: RunRecord['labelSpace']
  /** One sentence: what the answers were taken for. */
  readonly reason: string
}

export interface AnswerContext {
  /** The dataset's classes in the order that it declares; none if it declares none. */
  readonly declared: readonly string[]
  /** Names of its classes, declared or not. */
  readonly names: readonly string[]
  /** Whether samples have accepted ImageNet ids. */
  readonly hasAcceptedIds: boolean
  /** What the source says of its ids. */
  readonly labelSpace: RunRecord['labelSpace'] | null
}

export function resolveAnswers(answers: readonly Answer[], context: AnswerContext): ResolvedAnswers {
  if (answers.length > 0 && answers.every(({ id }) => id !== null)) {
    return {
      classes: answers.map(({ answer, id }) => ({ name: nameOf(answer), labelId: id })),
      labelSpace: context.labelSpace ?? 'imagenet-1k',
      reason: 'The answers have ids of their own.',
    }
  }
  // pandas writes whole numbers as 207.0 where a column has gaps.
  const whole = answers.map(({ answer }) => /^(\d{1,9})(?:\.0)?$/.exec(String(answer))?.[1])
  const texts = answers.map(({ answer }) => String(answer))
  const own = new Set(context.names)
  const areOwn = texts.length > 0 && texts.every((text) => own.has(text))
  if (isAll(whole) && !areOwn) return resolveIds(whole.map(Number), context)
  const wnids = texts.map((text) => wnidToId(text) ?? undefined)
  if (isAll(wnids)) return imagenet(wnids, 'The answers are WordNet ids of ImageNet classes.')
  if (context.hasAcceptedIds && context.labelSpace === null && !areOwn) {
    const ids = texts.map(imagenetIdOfName)
    if (isAll(ids)) return imagenet(ids, 'The answers are names of ImageNet classes.')
  }
  return resolveNames(texts, context)
}

function resolveIds(ids: readonly number[], { declared, hasAcceptedIds, labelSpace }: AnswerContext): ResolvedAnswers {
  const highest = ids.reduce((max, id) => Math.max(max, id), 0)
  const answered = new Set(ids)
  const count = declared.length
  const isLikelyOwn = count !== imagenet1kClasses.length && !hasAcceptedIds
  if (highest < count && (labelSpace === 'own' || (labelSpace === null && isLikelyOwn))) {
    return {
      // Every class of the list can be answered, whether it was or not.
      classes: [
        ...ids.map((id) => ({ name: declared[id]!, labelId: id })),
        ...declared.flatMap((name, id) => (answered.has(id) ? [] : [{ name, labelId: id }])),
      ],
      labelSpace: 'own',
      reason: `The answers are places in the dataset’s list of ${count} classes, from 0.`,
    }
  }
  if (labelSpace !== 'own' && highest < imagenet1kClasses.length) {
    return imagenet(ids, 'The answers are ImageNet ids.')
  }
  return {
    classes: ids.map((id) => ({ name: String(id), labelId: id })),
    labelSpace: 'own',
    reason: 'The answers are ids of a list of classes that Foible does not know.',
  }
}

/** Answers that are mostly the dataset's classes come from a model of these classes: those never answered count as known to it. */
function resolveNames(texts: readonly string[], { names, labelSpace }: AnswerContext): ResolvedAnswers {
  const reason = 'The answers are names of classes.'
  if (labelSpace === 'imagenet-1k') {
    return { classes: texts.map((name) => ({ name, labelId: imagenetIdOfName(name) ?? null })), labelSpace, reason }
  }
  const answered = new Set(texts.map(normaliseName))
  const own = new Set(names.map(normaliseName))
  const shared = texts.filter((text) => own.has(normaliseName(text))).length
  const isOwn = labelSpace === null && shared * 2 >= texts.length
  const others = isOwn ? names.filter((name) => !answered.has(normaliseName(name))) : []
  return { classes: [...texts, ...others].map((name) => ({ name, labelId: null })), labelSpace: 'own', reason }
}

function imagenet(ids: readonly number[], reason: string): ResolvedAnswers {
  return { classes: ids.map((id) => ({ name: nameOf(id), labelId: id })), labelSpace: 'imagenet-1k', reason }
}

function nameOf(answer: string | number): string {
  const known = typeof answer === 'number' ? imagenet1kClasses[answer] : undefined
  return known === undefined ? String(answer) : displayName(known.names.join(', '))
}

function isAll<T>(values: readonly (T | undefined)[]): values is readonly T[] {
  return values.length > 0 && values.every((value) => value !== undefined)
}

let idsOfNames: ReadonlyMap<string, readonly number[]> | null = null

/** The id of the one class of that name (first names go before synonyms); undefined where there is none, or several. */
function imagenetIdOfName(name: string): number | undefined {
  idsOfNames ??= indexNames()
  const ids = idsOfNames.get(normaliseName(name)) ?? idsOfNames.get(normaliseName(displayName(name)))
  return ids?.length === 1 ? ids[0] : undefined
}

function indexNames(): ReadonlyMap<string, readonly number[]> {
  const index = new Map<string, number[]>()
  const add = (name: string, id: number) => {
    const ids = index.get(name)
    if (ids === undefined) index.set(name, [id])
    else if (!ids.includes(id)) ids.push(id)
  }
  imagenet1kClasses.forEach(({ names }, id) => add(normaliseName(names.join(', ')), id))
  const first = imagenet1kClasses.map(({ names }) => normaliseName(names[0]!))
  first.forEach((name, id) => add(name, id))
  const taken = new Set(first)
  imagenet1kClasses.forEach(({ names }, id) => {
    for (const name of names.slice(1).map(normaliseName)) if (!taken.has(name)) add(name, id)
  })
  return index
}

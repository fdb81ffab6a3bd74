// Filters by models' answers under which tagged samples were picked: in the history, and in the meta record of a dataset whose
// history began anew with another revision.
import { type Bitset, countBits, intersectWith, subtractFrom } from '#core/columns/bitset.ts'
import { renameModel } from '#core/filter/rename-model.ts'
import { getMetaValue, listMetaKeys, putMetaValue } from './dataset-tables.ts'
import { type PickedByOutcome, listPickedTags, updateTagDetail } from './history-table.ts'
import type { ReadDb, WriteDb } from './sqlite.ts'

const prefix = 'tag:'

/** The rules that decided about samples which carry the tag, or about samples from which it was taken. */
export function listTagRules(db: ReadDb, tag: string, tagged: Bitset): PickedByOutcome[] {
  const rules = carriedRules(db, `${prefix}${tag}`)
  for (const { detail, rows } of listPickedTags(db)) {
    if (detail.tag !== tag) continue
    const still = detail.on ? intersectWith(rows, tagged) : subtractFrom(rows, tagged)
    if (countBits(still) > 0) rules.push(detail.picked)
  }
  const texts = rules.map((rule) => JSON.stringify(rule))
  return rules.filter((_, i) => texts.indexOf(texts[i]!) === i)
}

/** Keeps the rules of a tag in a dataset whose history does not tell them. */
export function carryTagRules(db: WriteDb, tag: string, rules: readonly PickedByOutcome[]): void {
  if (rules.length > 0) putMetaValue(db, `${prefix}${tag}`, rules)
}

/** After a run got another name: the same rules about the same run. */
export function renameInTagRules(db: WriteDb, from: string, to: string): void {
  const renamed = ({ models, filter }: PickedByOutcome): PickedByOutcome => ({
    models: models.map((model) => (model === from ? to : model)),
    filter: renameModel(filter, from, to),
  })
  const isAbout = ({ models }: PickedByOutcome) => models.includes(from)
  for (const { id, detail } of listPickedTags(db, { undone: true })) {
    if (isAbout(detail.picked)) updateTagDetail(db, id, { ...detail, picked: renamed(detail.picked) })
  }
  for (const key of listMetaKeys(db, prefix)) {
    const rules = carriedRules(db, key)
    if (rules.some(isAbout)) putMetaValue(db, key, rules.map(renamed))
  }
}

function carriedRules(db: ReadDb, key: string): PickedByOutcome[] {
  return (getMetaValue(db, key) ?? []) as PickedByOutcome[]
}

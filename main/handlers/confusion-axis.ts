// The axis of a run's confusion: the dataset's classes, then the model's other answers; and what of it is sent.
import type { AxisClass } from '#contract/confusion.ts'
import type { Codes } from '#core/columns/column.ts'
import { mergeAxis } from '#core/labels/merge-axis.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'
import { idsOfAnswers } from '#engine/labels/label-space.ts'
import { findTruthOfRun } from '#engine/runs/truth.ts'
import { classCodes } from './slice-table.ts'

export interface Axis {
  readonly names: readonly string[]
  /** The model's class ids by place on the axis, minus one. */
  readonly ids: readonly (readonly number[])[]
  /** What a filter on the run's `predicted` calls them. */
  readonly answers: readonly (readonly (string | number)[])[]
  readonly truth: Codes
  readonly classCount: number
  /** The place on the axis of each of the run's answer codes; 0 for none. */
  readonly axisOf: Uint32Array
}

/** The dataset's classes and the model's other answers on one axis. */
export function confusionAxis(dataset: AnalysedDataset, model: string): Axis {
  return dataset.remember(`axis ${model}`, () => {
    const classes = classCodes(dataset)
    const { dictionary } = dataset.columns.runColumns(model).predicted
    const run = dataset.columns.run(model)
    const { mapping } = findTruthOfRun(dataset.columns, run)
    const indexOf = new Map(idsOfAnswers(dataset.columns, run).map((id, index) => [id, index]))
    const accepted = mapping.map((mapped) => mapped.ids.flatMap((id) => indexOf.get(id) ?? []))
    const { names, codeOfModelClass } = mergeAxis(classes.names, accepted, dictionary.values)
    const ids: number[][] = names.map(() => [])
    const answers: (string | number)[][] = names.map(() => [])
    const owners = countBy(dictionary.values)
    codeOfModelClass.forEach((code, index) => {
      const id = dictionary.ids?.[index]
      const name = dictionary.values[index]!
      ids[code - 1]!.push(id ?? index)
      // Two answers of one name, such as the two cranes, are told apart by their ids.
      answers[code - 1]!.push(id !== undefined && owners.get(name)! > 1 ? id : name)
    })
    const axisOf = Uint32Array.from([0, ...codeOfModelClass])
    return { names, ids, answers, truth: classes.codes, classCount: classes.size, axisOf }
  })
}

function countBy(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

/** The axis of two runs. */
export interface JoinedAxis extends Axis {
  readonly axisOfSecond: Uint32Array
  readonly answersOfSecond: readonly (readonly (string | number)[])[]
}

/** The first one's, then what only the second answers, by id or else by name. */
export function joinAxes(first: Axis, second: Axis, areSameIds: boolean): JoinedAxis {
  const [names, ids, answers] = [[...first.names], [...first.ids], [...first.answers]]
  const answersOfSecond: (readonly (string | number)[])[] = first.names.map(() => [])
  const keyOf = ({ classCount }: Axis, name: string, at: number, [id]: readonly number[]) =>
    areSameIds && at >= classCount && id !== undefined ? `id ${id}` : `name ${name}`
  const placeOfKey = new Map(names.map((name, at) => [keyOf(first, name, at, ids[at]!), at + 1]))
  const places = second.names.map((name, at) => {
    const known = placeOfKey.get(keyOf(second, name, at, second.ids[at]!))
    if (known === undefined) {
      ids.push(second.ids[at]!)
      answers.push([])
    }
    const place = known ?? names.push(name)
    answersOfSecond[place - 1] = second.answers[at]!
    return place
  })
  const axisOfSecond = second.axisOf.map((place) => (place === 0 ? 0 : places[place - 1]!))
  return { ...first, names, ids, answers, axisOfSecond, answersOfSecond }
}

export const refusedName = 'own class, not accepted'

export interface SentAxis {
  readonly classes: AxisClass[]
  readonly refused: number | null
  /** The places on the axis that are sent, minus one. */
  readonly kept: readonly number[]
  /** The index among `classes` of each place on the axis, of `names.length + 1`, and of 0, which is none. */
  readonly indexOf: Uint32Array
}

/** Classes of the dataset and what was answered: `answered` by place on the axis, as far as `names.length + 1`. */
export function trimAxis(axis: Axis, answered: Uint8Array): SentAxis {
  const { names, ids, answers, classCount } = axis
  const kept = [...names.keys()].filter((at) => at < classCount || answered[at + 1] !== 0)
  const classes = kept.map((at): AxisClass => {
    return { name: names[at]!, ids: [...ids[at]!], ofDataset: at < classCount, answers: [...answers[at]!] }
  })
  const indexOf = new Uint32Array(names.length + 2)
  kept.forEach((at, index) => (indexOf[at + 1] = index))
  const hasRefused = answered[names.length + 1] !== 0
  const refused = hasRefused ? classes.push({ name: refusedName, ids: [], ofDataset: false, answers: [] }) - 1 : null
  indexOf[names.length + 1] = refused ?? 0
  indexOf[0] = classes.length
  return { classes, refused, kept, indexOf }
}

/** Marks the places that occur. */
export function markAnswered(axis: Axis, ...lists: readonly Uint32Array[]): Uint8Array {
  const answered = new Uint8Array(axis.names.length + 2)
  for (const list of lists) for (let i = 0; i < list.length; i++) answered[list[i]!] = 1
  return answered
}

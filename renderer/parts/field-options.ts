// Which paths a view may slice by, as groups of options for a picker. Pure.
import type { DatasetSummary, FieldInfo } from '#contract/library.ts'
import type { Path } from '#core/filter/expr.ts'
import { formatPath } from '#core/filter/names.ts'

export interface PathOption {
  /** The path as filter text. */
  readonly value: string
  readonly label: string
  readonly path: Path
  /** Its values are numbers, which are cut into bins. */
  readonly isNumber: boolean
}

export interface PathGroup {
  readonly group: string
  readonly items: readonly PathOption[]
}

const answersGroup = 'Answers'

/** A cube knows no answers. */
type Fields = Pick<DatasetSummary, 'fields' | 'runs'> & Partial<Pick<DatasetSummary, 'cube'>>

/**
 * Fields with values to compare: nuisances first, then the class, then others; last what each model answers.
 * Numbers are left out (see `withNumbers`), and so are texts of which every sample has its own.
 */
export function sliceablePaths({ fields, runs, cube = null }: Fields): readonly PathGroup[] {
  const usable = fields.filter(isSliceable)
  const byRole = (role: FieldInfo['role']) => usable.filter((field) => field.role === role).map(fieldOption)
  const groups = [
    { group: 'Nuisance', items: byRole('nuisance') },
    { group: 'Class', items: byRole('class') },
    { group: 'Other fields', items: byRole('plain') },
    {
      group: answersGroup,
      items: (cube === null ? runs : []).map(({ model }) =>
        pathOption({ kind: 'run', model, property: 'predicted' }, `${model} answers`),
      ),
    },
  ]
  return groups.filter(({ items }) => items.length > 0)
}

/** The same without what models answer: for accuracies, which an answer would select. */
export function fieldPaths(dataset: Fields): readonly PathGroup[] {
  return sliceablePaths({ ...dataset, runs: [] })
}

/** The groups with fields of numbers after the other fields, for views that cut them into bins. */
export function withNumbers(groups: readonly PathGroup[], { fields }: Pick<Fields, 'fields'>): readonly PathGroup[] {
  const numbers = fields.filter(({ kind, name }) => kind === 'number' && name !== 'id')
  const more = [
    { group: 'Numbers', items: numbers.filter(({ builtIn }) => !builtIn).map(fieldOption) },
    { group: 'Files', items: numbers.filter(({ builtIn }) => builtIn).map(fieldOption) },
  ].filter(({ items }) => items.length > 0)
  const answers = groups.findIndex(({ group }) => group === answersGroup)
  return answers < 0 ? [...groups, ...more] : [...groups.slice(0, answers), ...more, ...groups.slice(answers)]
}

/** The path to begin with: the grouped one if it can be sliced, else the first nuisance with two values or more. */
export function initialPath(groups: readonly PathGroup[], grouped: Path | null): PathOption | null {
  const all = groups.flatMap(({ items }) => items)
  const wanted = grouped === null ? null : formatPath(grouped)
  return all.find(({ value }) => value === wanted) ?? all[0] ?? null
}

export function findPath(groups: readonly PathGroup[], value: string | null): PathOption | null {
  return groups.flatMap(({ items }) => items).find((item) => item.value === value) ?? null
}

function isSliceable(field: FieldInfo): boolean {
  if (field.builtIn) return field.name === 'split' && field.values > 1
  if (field.kind === 'boolean') return true
  return field.kind !== 'number' && field.values > 1
}

function fieldOption(field: FieldInfo): PathOption {
  return { ...pathOption({ kind: 'field', name: field.name }, field.name), isNumber: field.kind === 'number' }
}

function pathOption(path: Path, label: string): PathOption {
  return { value: formatPath(path), label, path, isNumber: false }
}

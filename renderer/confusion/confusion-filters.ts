// The samples behind a cell, a row or a column of a confusion matrix. Pure.
import type { FilterExpr, Path } from '#core/filter/expr.ts'
import type { AxisEntry, MatrixClass } from './matrix-model.ts'

export function truthFilter(entry: AxisEntry, classes: readonly MatrixClass[], classField: string): FilterExpr {
  return classesFilter({ kind: 'field', name: classField }, entry, classes)
}

export function answerFilter(entry: AxisEntry, classes: readonly MatrixClass[], model: string): FilterExpr {
  return classesFilter({ kind: 'run', model, property: 'predicted' }, entry, classes)
}

function classesFilter(path: Path, { members }: AxisEntry, classes: readonly MatrixClass[]): FilterExpr {
  const names = members.map((member) => classes[member]?.name ?? '')
  const [only] = names
  if (names.length === 1 && only !== undefined) return { kind: 'compare', path, op: '=', value: only }
  return { kind: 'in', path, values: names }
}

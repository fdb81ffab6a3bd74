// Random filters over a random dataset, and what SQL has to know to answer them.
import fc from 'fast-check'
import type { CompareOp, FilterExpr, Path, RunProperty } from '#core/filter/expr.ts'
import { compareOps } from '#core/filter/expr.ts'
import type { DatasetHandle } from '#engine/dataset-handle.ts'
import type { SqlNames } from '#store/filter-sql.ts'
import { classNames, models, numberValues, textValues, unicodeField, views } from './random-dataset.ts'

export const field = (name: string): Path => ({ kind: 'field', name })
export const run = (model: string, property: RunProperty): Path => ({ kind: 'run', model, property })
const numberProperties = ['entropy', 'truth_rank', 'truth_confidence', 'confidence', 'margin'] as const
export const textPaths = [
  field('label'),
  field('plain'),
  field('odd'),
  field(unicodeField),
  field('flag'),
  field('file_name'),
  { kind: 'source', field: 'odd' } as Path,
  { kind: 'source', field: 'guess' } as Path,
  field('guess'),
  ...models.flatMap((m) => [run(m, 'predicted'), run(m, 'correct'), run(m, 'top5_correct')]),
]
export const numberPaths = [
  field('score'),
  field('fine'),
  field('id'),
  field('size_bytes'),
  { kind: 'score', field: 'guess' } as Path,
  { kind: 'margin', field: 'guess' } as Path,
  { kind: 'margin', field: 'odd' } as Path,
  ...models.flatMap((m) => numberProperties.map((property) => run(m, property))),
]
/** Beside the values themselves some between them, and 0.1 as float32 has it. */
const numbers = fc.constantFrom(...numberValues, Math.fround(0.1), 0.125, 0.25, 0.5, 0.75, 7)
const numberOps: readonly CompareOp[] = ['=', '!=', '<', '<=', '>', '>=']

const textScalar = fc.constantFrom<string | boolean>(
  ...textValues,
  ...classNames,
  'x',
  'true',
  true,
  false,
  'dir 1/ä1.png',
  'person',
  'ä',
  'é',
  'é😀',
  'éÄ',
)
const someModels = fc.subarray([...models], { minLength: 1 })
export const leaf: fc.Arbitrary<FilterExpr> = fc.oneof(
  fc.record({
    kind: fc.constant('compare' as const),
    path: fc.constantFrom(...textPaths),
    op: fc.constantFrom(...compareOps),
    value: textScalar,
  }),
  fc.record({
    kind: fc.constant('compare' as const),
    path: fc.constantFrom(...numberPaths),
    op: fc.constantFrom(...numberOps),
    value: numbers,
  }),
  fc.record({
    kind: fc.constant('compare' as const),
    path: fc.constantFrom(...models.map((m) => run(m, 'predicted'))),
    op: fc.constantFrom(...numberOps),
    value: fc.constantFrom(0, 2, 3, 9),
  }),
  // Numbers beside text are that text; of answers they are ids, also among names.
  fc.record({
    kind: fc.constant('compare' as const),
    path: fc.constantFrom(field('odd'), field('guess'), field('flag'), field('file_name')),
    op: fc.constantFrom(...compareOps),
    value: fc.constantFrom(7, -0.5, 0, 1e21),
  }),
  fc.record({
    kind: fc.constant('in' as const),
    path: fc.constantFrom(field('odd'), ...models.map((m) => run(m, 'predicted'))),
    values: fc.array(fc.oneof(fc.constantFrom(7, 0, 2, 3, 9), textScalar), { maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant('in' as const),
    path: fc.constantFrom(...textPaths),
    values: fc.array(textScalar, { maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('in' as const),
    path: fc.constantFrom(...numberPaths),
    values: fc.array(numbers, { maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('between' as const),
    path: fc.constantFrom(...numberPaths),
    low: numbers,
    high: numbers,
  }),
  fc.record({
    kind: fc.constant('missing' as const),
    path: fc.constantFrom(...textPaths, ...numberPaths),
    missing: fc.boolean(),
  }),
  fc.constant<FilterExpr>({ kind: 'tagged', tag: 'my tag' }),
  fc.constant<FilterExpr>({ kind: 'finding', rule: 'odd_ones' }),
  fc.record({ kind: fc.constant('view' as const), name: fc.constantFrom(...views.map(({ name }) => name)) }),
  fc.record({
    kind: fc.constantFrom('all_wrong' as const, 'any_wrong' as const, 'same_wrong_label' as const),
    models: someModels,
  }),
  fc.record({ kind: fc.constant('exactly_wrong' as const), count: fc.nat({ max: 4 }), models: someModels }),
  fc.record({ kind: fc.constant('disagree' as const), a: fc.constantFrom(...models), b: fc.constantFrom(...models) }),
  fc.record({ kind: fc.constant('only_wrong' as const), model: fc.constantFrom(...models) }),
  fc.record({ kind: fc.constant('has_prediction' as const), model: fc.constantFrom(...models) }),
)
export const { expr: anyFilter } = fc.letrec<{ expr: FilterExpr }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), items: fc.array(tie('expr'), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('not' as const), item: tie('expr') }),
  ),
}))

/** What SQL has to know of a random dataset. */
export function sqlNames(handle: DatasetHandle): SqlNames {
  return {
    isNumber: (path) => ['numbers', 'ids'].includes(handle.columns.column(path).kind),
    hasIds: (path) => path.kind === 'run' && path.property === 'predicted',
    sharesIds: (some) => some.every((model) => handle.columns.run(model).labelSpace === 'imagenet-1k'),
    models,
    view: (name) => handle.columns.view(name),
  }
}

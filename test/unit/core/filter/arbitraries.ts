// Random filters for property tests: every kind of node, and names and values that need quoting.
import fc from 'fast-check'
import { companionKinds, compareOps, modelSetCalls, runProperties } from '#core/filter/expr.ts'
import type { FilterExpr, Path, Scalar } from '#core/filter/expr.ts'

const name = fc.oneof(
  fc.constantFrom(
    'background',
    'efficientnet-lite0',
    'a.b',
    'lite0.correct',
    'source',
    'score',
    'margin.x',
    'source.x',
    'not',
    'IN',
    'tagged',
  ),
  fc.constantFrom(
    '12',
    '-1e5',
    'true',
    'größe',
    'weird `name`',
    'line\nbreak',
    'tab\tand\r',
    'back\\slash',
    'x = 1',
    '',
    '_/-',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
)

const scalar: fc.Arbitrary<Scalar> = fc.oneof(
  name,
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
const models = fc.array(name, { minLength: 1, maxLength: 3 })

export const anyPath: fc.Arbitrary<Path> = fc.oneof(
  fc.record({ kind: fc.constant('field' as const), name }),
  fc.record({ kind: fc.constantFrom(...companionKinds), field: name }),
  fc.record({ kind: fc.constant('run' as const), model: name, property: fc.constantFrom(...runProperties) }),
)

const leaf: fc.Arbitrary<FilterExpr> = fc.oneof(
  fc.record({
    kind: fc.constant('compare' as const),
    path: anyPath,
    op: fc.constantFrom(...compareOps),
    value: scalar,
  }),
  fc.record({ kind: fc.constant('in' as const), path: anyPath, values: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ kind: fc.constant('between' as const), path: anyPath, low: finite, high: finite }),
  fc.record({ kind: fc.constant('missing' as const), path: anyPath, missing: fc.boolean() }),
  fc.record({ kind: fc.constant('tagged' as const), tag: name }),
  fc.record({ kind: fc.constant('finding' as const), rule: name }),
  fc.record({ kind: fc.constant('view' as const), name }),
  fc.record({ kind: fc.constantFrom(...modelSetCalls), models }),
  fc.record({ kind: fc.constant('exactly_wrong' as const), count: fc.nat(4), models }),
  fc.record({ kind: fc.constant('disagree' as const), a: name, b: name }),
  fc.record({ kind: fc.constantFrom('only_wrong' as const, 'has_prediction' as const), model: name }),
)

export const { expr: anyFilter } = fc.letrec<{ expr: FilterExpr }>((tie) => ({
  expr: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), items: fc.array(tie('expr'), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('not' as const), item: tie('expr') }),
  ),
}))

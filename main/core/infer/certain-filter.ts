// Leaves out inferred values that nobody confirmed and whose margin is low. Pure.
import type { FilterExpr } from '../filter/expr.ts'

export interface InferredBy {
  readonly field: string
  readonly model: string
}

/** What is left of each field's values: those that a person decided about, those with a margin from `minMargin` on, and missing ones. */
export function certainFilter(fields: readonly InferredBy[], minMargin: number): FilterExpr {
  return {
    kind: 'and',
    items: fields.map(({ field, model }): FilterExpr => {
      const inferred = {
        kind: 'compare',
        path: { kind: 'source', field },
        op: '=',
        value: `inferred:${model}`,
      } as const
      const unsure = { kind: 'compare', path: { kind: 'margin', field }, op: '<', value: minMargin } as const
      return { kind: 'not', item: { kind: 'and', items: [inferred, unsure] } }
    }),
  }
}

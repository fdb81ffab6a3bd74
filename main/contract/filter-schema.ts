// The zod form of core's filter expression and paths, for parsing whatever comes over the wire.
import { z } from 'zod'
import { companionKinds, compareOps, runProperties, type FilterExpr, type Path } from '#core/filter/expr.ts'

const scalar = z.union([z.string(), z.number(), z.boolean()])

export const pathSchema: z.ZodType<Path> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('field'), name: z.string() }),
  z.object({ kind: z.enum(companionKinds), field: z.string() }),
  z.object({ kind: z.literal('run'), model: z.string(), property: z.enum(runProperties) }),
])

const models = z.array(z.string()).min(1).max(64)

export const filterSchema: z.ZodType<FilterExpr> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('and'), items: z.array(filterSchema) }),
    z.object({ kind: z.literal('or'), items: z.array(filterSchema) }),
    z.object({ kind: z.literal('not'), item: filterSchema }),
    z.object({ kind: z.literal('compare'), path: pathSchema, op: z.enum(compareOps), value: scalar }),
    z.object({ kind: z.literal('in'), path: pathSchema, values: z.array(scalar) }),
    z.object({ kind: z.literal('between'), path: pathSchema, low: z.number(), high: z.number() }),
    z.object({ kind: z.literal('missing'), path: pathSchema, missing: z.boolean() }),
    z.object({ kind: z.literal('tagged'), tag: z.string() }),
    z.object({ kind: z.literal('view'), name: z.string() }),
    z.object({ kind: z.literal('finding'), rule: z.string() }),
    z.object({ kind: z.literal('all_wrong'), models }),
    z.object({ kind: z.literal('any_wrong'), models }),
    z.object({ kind: z.literal('same_wrong_label'), models }),
    z.object({ kind: z.literal('exactly_wrong'), count: z.number().int().min(0), models }),
    z.object({ kind: z.literal('disagree'), a: z.string(), b: z.string() }),
    z.object({ kind: z.literal('only_wrong'), model: z.string() }),
    z.object({ kind: z.literal('has_prediction'), model: z.string() }),
  ]),
)

// The metrics of a report, gathered through the call that the screen uses.
import type { CallContext } from '#contract/contract.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import type { ReportErrorRatios, ReportMetrics } from '#core/report/metric-blocks.ts'
import type { HandlerParts } from './handler-parts.ts'

interface MetricsRequest {
  readonly dataset: string
  readonly filter: FilterExpr
  readonly models: string[]
}

/** `protocols`: how each of the models is said to have been judged. Of each field at most `mostValues` values. */
export async function gatherMetrics(
  parts: Pick<HandlerParts, 'analysis'>,
  request: MetricsRequest,
  protocols: ReadonlyMap<string, string>,
  fields: readonly string[],
  mostValues: number,
  context: CallContext,
): Promise<{ readonly metrics: ReportMetrics[]; readonly ratios: ReportErrorRatios[] }> {
  const compute = parts.analysis['metrics.compute']
  const { models, overall } = await compute({ ...request, by: null, bins: null }, context)
  const ratios = await Promise.all(
    fields.map(async (field): Promise<ReportErrorRatios> => {
      const answer = await compute({ ...request, by: { kind: 'field', name: field }, bins: null }, context)
      const rows = answer.rows.map(({ value, cells }) => ({
        value: value === null ? 'missing' : String(value),
        cells: cells.map(({ accuracy, errorRatio }) => ({ n: accuracy.n, errorRatio })),
      }))
      return {
        field,
        models: answer.models.map(({ model }) => model),
        rows: rows.slice(0, mostValues),
        further: answer.total - Math.min(rows.length, mostValues),
      }
    }),
  )
  return {
    metrics: models.map(({ model, protocol, barred }, i) => ({
      model,
      protocol: protocols.get(model) ?? protocol,
      barred,
      figures: overall[i]!,
    })),
    ratios: ratios.filter(({ rows }) => rows.length > 0),
  }
}

// The call for the Overview: what fools the models, over all fields, as sentences with figures.
import type { Overview, RankedFinding } from '#contract/analysis.ts'
import type { FilterExpr, Path } from '#core/filter/expr.ts'
import { type FieldSlices, type SliceFinding, rankFindings } from '#core/findings/rank-findings.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'
import type { AnalysisParts, Subject } from './handler-parts.ts'
import { onlyCertain } from './inferred-values.ts'
import { withoutSurrogates } from './outcome-selection.ts'
import { powerSentence } from './slices.ts'
import { failingStrips, passingStrip, stripRows } from './sample-strip.ts'
import { type SliceResult, sliceTable } from './slice-table.ts'

/** Fields of more values than this are free text in all but name; their slices say nothing alone. */
const mostValues = 5000

export function overviewHandlers(parts: AnalysisParts): Subject<'overview.compute'> {
  return {
    'overview.compute': ({ dataset: id, filter, models }) => {
      const dataset = parts.library.dataset(id)
      return dataset.remember(`overview ${JSON.stringify([filter, models])}`, () =>
        computeOverview(dataset, filter, models),
      )
    },
  }
}

function computeOverview(dataset: AnalysedDataset, filter: FilterExpr, asked: readonly string[]): Overview {
  const { models, selection } = withoutSurrogates(dataset, filter, asked)
  if (models.length === 0 && selection !== null) {
    const { warning } = selection
    const none = { findings: [], easier: [], notes: [], fields: [] }
    return { version: dataset.version, models: [], selection, ...none, nothing: warning }
  }
  const results = new Map<string, SliceResult>()
  const fields: FieldSlices[] = []
  for (const field of slicedFields(dataset)) {
    const result = sliceTable(dataset, {
      filter,
      field: { kind: 'field', name: field },
      cross: null,
      models,
      adjust: 'auto',
    })
    // A field with one value under the filter compares nothing.
    if (result.table.rows.length < 2) continue
    results.set(field, result)
    fields.push({ field, valueNames: result.values.names, table: result.table })
  }
  const paths = fields.map(({ field }): Path => ({ kind: 'field', name: field }))
  const { standOut, less, quiet } = rankFindings(fields, models)
  const correct = models.map((model) => dataset.columns.correct(model))
  const rows = stripRows(dataset, filter)
  const strips = new Map([...results].map(([field, { values }]) => [field, failingStrips(rows, values, correct)]))
  const describe = (finding: SliceFinding): RankedFinding => {
    const { values } = results.get(finding.field)!
    const { valueCode, n, failures, rate, wilson, expected, ebLower } = finding.slice
    return {
      field: finding.field,
      value: values.valueOf(valueCode),
      badge: finding.badge,
      sentence: finding.sentence,
      n,
      failures,
      rate,
      wilson: [...wilson],
      expected,
      q: finding.q,
      ebLower,
      filter: values.filterOf(valueCode),
      strip:
        finding.badge === 'less'
          ? passingStrip(rows, values, correct, valueCode)
          : strips.get(finding.field)!(valueCode),
    }
  }
  return {
    version: dataset.version,
    models: [...models],
    selection,
    findings: standOut.map(describe),
    easier: less.map(describe),
    nothing: quiet,
    notes: [...onlyCertain(dataset, filter, paths, models, null).notes],
    fields: fields.map(({ field, table }) => ({
      field,
      values: table.power.values,
      power: powerSentence(table.power.fewestAllFailing, Math.max(0, ...table.rows.map((row) => row.n))),
    })),
  }
}

/** Nuisances first, then what else has values that repeat; the class is no cause of its own failures. */
function slicedFields(dataset: AnalysedDataset): string[] {
  const usable = dataset.columns.fields.filter((field) => {
    if (field.builtIn || field.role === 'class' || (field.kind !== 'category' && field.kind !== 'boolean')) return false
    const column = dataset.columns.column({ kind: 'field', name: field.name })
    return column.kind === 'codes' && column.dictionary.values.length <= mostValues
  })
  return [
    ...usable.filter((field) => field.role === 'nuisance'),
    ...usable.filter((field) => field.role !== 'nuisance'),
  ].map((field) => field.name)
}

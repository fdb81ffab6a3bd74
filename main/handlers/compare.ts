// Calls for models against models: who fails where, and how right each is on every value of a field.
import { computeCompare, splitSubsets } from '#core/compare/compute-compare.ts'
import { describeProtocol, noteProtocols } from '#core/compare/describe-protocols.ts'
import { judgedByAll, noteSamples } from '#core/compare/judged-samples.ts'
import { accuracyByValue } from '#core/compare/accuracy-by-value.ts'
import { countRows } from '#core/columns/counts.ts'
import { formatPath } from '#core/filter/names.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'
import { sharedLabelSpace } from '#store/shared-labels.ts'
import { countAnswers } from './count-answers.ts'
import type { AnalysisParts, Subject } from './handler-parts.ts'
import { withoutSurrogates } from './outcome-selection.ts'
import { classCodes } from './slice-table.ts'
import { madeFilter, valueCodes } from './value-codes.ts'

const listedMistakes = 200
/** Twenty-four models may fail in millions of ways. */
const listedSubsets = 2000

export function compareHandlers(parts: AnalysisParts): Subject<'compare.compute' | 'compare.accuracy'> {
  return {
    'compare.compute': ({ dataset: id, filter, models }) => {
      const dataset = parts.library.dataset(id)
      return dataset.remember(`compare ${JSON.stringify([filter, models])}`, () => {
        const { labels, names } = sharedLabelSpace(dataset.columns, models)
        const classes = classCodes(dataset)
        // The cells of a cube have verdicts without labels.
        const hasLabels = dataset.columns.weights === null
        const comparison = computeCompare({
          rows: dataset.filterBits(filter),
          correct: models.map((model) => dataset.columns.correct(model)),
          predicted: labels,
          truth: classes.codes,
          weights: dataset.columns.weights,
        })
        const nameOf = (index: number) => models[index]!
        const { listed, others } = splitSubsets(comparison.subsets, listedSubsets)
        return {
          version: dataset.version,
          models,
          ...likenessOf(dataset, models),
          selection: withoutSurrogates(dataset, filter, models).selection,
          n: comparison.n,
          subsets: listed.map(({ failing, count, sameLabel }) => ({
            failing: failing.map(nameOf),
            count,
            sameLabel: hasLabels ? sameLabel : null,
          })),
          others,
          pairs: comparison.pairs.map((pair) => ({
            a: nameOf(pair.a),
            b: nameOf(pair.b),
            kappa: pair.kappa,
            onlyA: pair.fixed,
            onlyB: pair.regressed,
            mcnemar: pair.p,
          })),
          unanimous: hasLabels
            ? {
                count: comparison.unanimous.count,
                labels: comparison.unanimous.mistakes.slice(0, listedMistakes).map(({ truth, predicted, count }) => ({
                  truth: String(classes.valueOf(truth)),
                  predicted: names[predicted - 1]!,
                  count,
                })),
              }
            : null,
        }
      })
    },
    'compare.accuracy': ({ dataset: id, filter, models, field, bins, common }) => {
      const dataset = parts.library.dataset(id)
      return dataset.remember(`accuracy ${JSON.stringify([filter, models, field, bins, common])}`, () => {
        const values = valueCodes(dataset, field, bins)
        const correct = models.map((model) => dataset.columns.correct(model))
        const all = dataset.filterBits(filter)
        const shared = judgedByAll(all, correct)
        const { overall, values: rows } = accuracyByValue({
          rows: common ? shared : all,
          values: values.codes,
          valueCount: values.size,
          correct,
          weights: dataset.columns.weights,
        })
        const { protocols, notes } = likenessOf(dataset, models)
        const samples = noteSamples(
          models,
          overall.map(({ n }) => n),
        )
        return {
          field: formatPath(field),
          models,
          protocols,
          notes: samples === null ? notes : [...notes, samples],
          samplesNote: samples,
          selection: withoutSurrogates(dataset, filter, models).selection,
          judgedByAll: countRows(shared, dataset.columns.weights),
          rows: rows.map((row) => ({
            value: values.valueOf(row.valueCode),
            filter: madeFilter(values, row.valueCode),
            cells: row.models.map(({ n, right, wilson }) => ({
              n,
              right,
              wilson: n === 0 ? null : ([...wilson] as [number, number]),
            })),
          })),
        }
      })
    },
  }
}

/** What the figures of the models rest on, and what is due to be said where that differs. */
function likenessOf(dataset: AnalysedDataset, models: readonly string[]): { protocols: string[]; notes: string[] } {
  const runs = models.map((model) => {
    const run = dataset.columns.run(model)
    return { model, protocol: run.protocol, answers: countAnswers(dataset, run) }
  })
  const note = noteProtocols(runs)
  return { protocols: runs.map(describeProtocol), notes: note === null ? [] : [note] }
}

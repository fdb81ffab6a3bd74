// Calls for models against models: who fails where, and how right each is on every value of a field.
import { computeCompare } from '#core/compare/compute-compare.ts'
import { accuracyByValue } from '#core/compare/accuracy-by-value.ts'
import { formatPath } from '#core/filter/names.ts'
import type { HandlerParts, Subject } from './handler-parts.ts'
import { classCodes } from './slice-table.ts'
import { valueCodes } from './value-codes.ts'

const listedMistakes = 200

export function compareHandlers(parts: HandlerParts): Subject<'compare.compute' | 'compare.accuracy'> {
  return {
    'compare.compute': ({ dataset: id, filter, models }) => {
      const dataset = parts.library.dataset(id)
      return dataset.remember(`compare ${JSON.stringify([filter, models])}`, () => {
        const { labels, names } = dataset.columns.sharedLabelSpace(models)
        const classes = classCodes(dataset)
        const comparison = computeCompare({
          rows: dataset.filterBits(filter),
          correct: models.map((model) => dataset.columns.correct(model)),
          predicted: labels,
          truth: classes.codes,
        })
        const nameOf = (index: number) => models[index]!
        return {
          version: dataset.version,
          models,
          n: comparison.n,
          subsets: comparison.subsets.map((subset) => ({ ...subset, failing: subset.failing.map(nameOf) })),
          pairs: comparison.pairs.map((pair) => ({
            a: nameOf(pair.a),
            b: nameOf(pair.b),
            kappa: pair.kappa,
            onlyA: pair.fixed,
            onlyB: pair.regressed,
            mcnemar: pair.p,
          })),
          unanimous: {
            count: comparison.unanimous.count,
            labels: comparison.unanimous.mistakes.slice(0, listedMistakes).map(({ truth, predicted, count }) => ({
              truth: String(classes.valueOf(truth)),
              predicted: names[predicted - 1]!,
              count,
            })),
          },
        }
      })
    },
    'compare.accuracy': ({ dataset: id, filter, models, field }) => {
      const dataset = parts.library.dataset(id)
      return dataset.remember(`accuracy ${JSON.stringify([filter, models, field])}`, () => {
        const values = valueCodes(dataset, field)
        const { values: rows } = accuracyByValue({
          rows: dataset.filterBits(filter),
          values: values.codes,
          valueCount: values.size,
          correct: models.map((model) => dataset.columns.correct(model)),
        })
        return {
          field: formatPath(field),
          models,
          rows: rows.map((row) => ({
            value: values.valueOf(row.valueCode),
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

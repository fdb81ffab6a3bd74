// The call that mines shared failures.
import { FoibleError } from '#core/errors.ts'
import { formatFilter } from '#core/filter/format.ts'
import { type Failures, mineFailures } from '#core/mining/mine-failures.ts'
import { minedFilter } from '#core/mining/mined-filter.ts'
import { wilsonInterval } from '#core/statistics/wilson.ts'
import type { AnalysisParts, Subject } from './handler-parts.ts'

const warning =
  'Every image of a mined set already failed the surrogates: rates on it describe the set, not what a model meets elsewhere.'

export function miningHandlers(parts: AnalysisParts): Subject<'mining.compute'> {
  return {
    'mining.compute': ({ dataset: id, filter, surrogates, models, against }) => {
      const dataset = parts.library.dataset(id)
      const barred = models.find((model) => surrogates.includes(model))
      if (barred !== undefined) {
        const message = `${barred} is a surrogate: on what it mined it fails by construction. Leave it out of the models to try.`
        throw new FoibleError('usage', message, { model: barred })
      }
      const correct = (names: readonly string[]) => names.map((model) => dataset.columns.correct(model))
      return dataset.remember(`mining ${JSON.stringify([filter, surrogates, models, against])}`, () => {
        const mining = mineFailures({
          rows: dataset.filterBits(filter),
          surrogates: correct(surrogates),
          others: correct(models),
          against: against === null ? null : correct(against),
          weights: dataset.columns.weights,
        })
        const describe = (failures: readonly Failures[]) => failures.map((one, i) => withRate(models[i]!, one))
        return {
          version: dataset.version,
          surrogates,
          pool: mining.pool,
          leftOut: mining.leftOut,
          models: describe(mining.poolFailures),
          sets: mining.sets.map(({ threshold, count, transfer, agreement }) => {
            const rule = minedFilter(surrogates, threshold)
            return { threshold, count, filter: rule, where: formatFilter(rule), models: describe(transfer), agreement }
          }),
          warning,
        }
      })
    },
  }
}

function withRate(model: string, { n, failures }: Failures) {
  const wilson: [number, number] | null = n === 0 ? null : [...wilsonInterval(failures, n)]
  return { model, n, failures, rate: n === 0 ? null : failures / n, wilson }
}

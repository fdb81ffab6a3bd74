import { describe, expect, it } from 'vitest'
import type { FilterExpr } from '#core/filter/expr.ts'
import { outcomeModels } from '#core/filter/outcome-models.ts'
import { parseFilter } from '#core/filter/parse.ts'

const views: Readonly<Record<string, FilterExpr>> = {
  hard: parseFilter('all_wrong(a, b)'),
  circle: { kind: 'and', items: [{ kind: 'view', name: 'circle' }, parseFilter('c.correct = true')] },
}
const source = {
  view: (name: string) => views[name]!,
  otherModels: (model: string) => ['a', 'b', 'c'].filter((other) => other !== model),
  taggedBy: (tag: string) => (tag === 'missed' ? ['b'] : []),
}

describe('filters by outcome', () => {
  it.each([
    ['a.correct = false', ['a']],
    ['not (b.truth_rank > 5)', ['b']],
    ['a.truth_confidence between 0 and 0.1 or b.top5_correct in (true)', ['a', 'b']],
    ['all_wrong(a, b) and background = moss', ['a', 'b']],
    ['exactly_wrong(1, b, c)', ['b', 'c']],
    ['same_wrong_label(c)', ['c']],
    ['disagree(a, c)', ['a', 'c']],
    ['only_wrong(b)', ['b', 'a', 'c']],
    ['view("hard") and c.correct = true', ['a', 'b', 'c']],
    ['view("circle")', ['c']],
    ['tagged(missed)', ['b']],
  ])('[ST213] finds the models whose answers made %s', (text, models) => {
    expect(outcomeModels(parseFilter(text), source)).toEqual(models)
  })

  it.each([
    '',
    'background = moss',
    'a.predicted = cello',
    'a.confidence > 0.9',
    'has_prediction(a)',
    'a.correct is not missing',
    'tagged("odd")',
  ])('[ST213] finds none in %j', (text) => {
    expect(outcomeModels(parseFilter(text), source)).toEqual([])
  })
})

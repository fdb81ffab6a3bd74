import { describe, expect, it } from 'vitest'
import type { FieldInfo, RunInfo } from '../../../../main/contract/library.ts'
import {
  fieldPaths,
  findPath,
  initialPath,
  sliceablePaths,
  withNumbers,
} from '../../../../renderer/parts/field-options.ts'

const field = (name: string, patch: Partial<FieldInfo> = {}): FieldInfo => ({
  name,
  kind: 'category',
  role: 'plain',
  source: 'dataset',
  values: 5,
  missing: 0,
  builtIn: false,
  inferredBy: null,
  ...patch,
})
const run: RunInfo = {
  id: 1,
  model: 'lite0',
  modelName: 'lite0',
  modelSha256: null,
  protocol: 'unmasked',
  answers: null,
  provider: 'cpu',
  state: 'done',
  predicted: 10,
  failed: 0,
  judged: 10,
  right: 6,
  accuracy: 0.6,
  accuracyInterval: [0.31, 0.83],
  unmappedClasses: [],
  preprocessing: '',
  imagesPerSecond: null,
  startedAt: '2026-01-01T00:00:00Z',
  kept: [],
}
const dataset = {
  fields: [
    field('split', { builtIn: true, values: 1 }),
    field('id', { builtIn: true, kind: 'number' }),
    field('label', { role: 'class' }),
    field('background', { role: 'nuisance' }),
    field('constant', { values: 1 }),
    field('score', { kind: 'number' }),
    field('indoors', { kind: 'boolean', values: 0 }),
  ],
  runs: [run],
}

describe('the fields on offer', () => {
  it('[UB11] are those with values to compare, nuisances first, answers last', () => {
    const groups = sliceablePaths(dataset)
    expect(groups.map(({ group, items }) => [group, items.map(({ value }) => value)])).toEqual([
      ['Nuisance', ['background']],
      ['Class', ['label']],
      ['Other fields', ['indoors']],
      ['Answers', ['lite0.predicted']],
    ])
    expect(fieldPaths(dataset).map(({ group }) => group)).not.toContain('Answers')
  })

  it('[UB11] begin with the grouped one, else with the first', () => {
    const groups = sliceablePaths(dataset)
    expect(initialPath(groups, { kind: 'field', name: 'indoors' })?.label).toBe('indoors')
    expect(initialPath(groups, { kind: 'field', name: 'score' })?.label).toBe('background')
    expect(initialPath([], null)).toBeNull()
    expect(findPath(groups, 'lite0.predicted')?.path).toEqual({ kind: 'run', model: 'lite0', property: 'predicted' })
  })

  it('[UX4] hold numbers too where they are cut into bins, those of files apart, answers last', () => {
    const groups = withNumbers(sliceablePaths(dataset), {
      fields: [...dataset.fields, field('width', { builtIn: true, kind: 'number' })],
    })
    expect(groups.slice(-3).map(({ group, items }) => [group, items.map(({ value }) => value)])).toEqual([
      ['Numbers', ['score']],
      ['Files', ['width']],
      ['Answers', ['lite0.predicted']],
    ])
    expect(groups.flatMap(({ items }) => items).filter(({ isNumber }) => isNumber)).toHaveLength(2)
  })
})

// What the gallery can be grouped and sorted by, as options. Pure.
import type { DatasetSummary } from '#contract/library.ts'
import type { Path, RunProperty } from '#core/filter/expr.ts'
import { formatPath } from '#core/filter/names.ts'
import { sliceablePaths, type PathGroup, type PathOption } from '../parts/field-options.ts'
import type { Sort } from '../session/session-link.ts'

/** Fields with values, then what the model in focus answers and whether it is right. */
export function groupOptions(dataset: DatasetSummary, model: string | null): readonly PathGroup[] {
  const fields = sliceablePaths({ ...dataset, runs: [] })
  if (model === null) return fields
  const items = [runOption(model, 'correct', 'right or wrong'), runOption(model, 'predicted', 'answer')]
  return [...fields, { group: model, items }]
}

export interface SortOption {
  readonly value: string
  readonly label: string
  readonly sort: NonNullable<Sort>
}

/** Orders with the direction that one most often wants: worst first. */
export function sortOptions(
  dataset: DatasetSummary,
  model: string | null,
): readonly { group: string; items: readonly SortOption[] }[] {
  const ofRun = (property: RunProperty, label: string, descending: boolean): SortOption =>
    sortOption({ kind: 'run', model: model ?? '', property }, label, descending)
  const numbers = dataset.fields.filter(({ kind, builtIn }) => kind === 'number' && !builtIn)
  const texts = dataset.fields.filter(({ kind, builtIn }) => kind === 'category' && !builtIn)
  const groups = [
    {
      group: model ?? '',
      items:
        model === null
          ? []
          : [
              ofRun('confidence', 'confidence', true),
              ofRun('truth_confidence', 'confidence in the truth', false),
              ofRun('truth_rank', 'rank of the truth', true),
              ofRun('margin', 'margin', false),
              ofRun('entropy', 'entropy', true),
            ],
    },
    {
      group: 'Models',
      items:
        dataset.runs.length < 2
          ? []
          : [
              {
                value: 'wrong_models',
                label: 'number of models wrong',
                sort: { path: 'wrong_models' as const, descending: true },
              },
            ],
    },
    {
      group: 'Fields',
      items: [...numbers, ...texts].map(({ name }) => sortOption({ kind: 'field', name }, name, false)),
    },
  ]
  return groups.filter(({ items }) => items.length > 0)
}

function runOption(model: string, property: RunProperty, label: string): PathOption {
  const path: Path = { kind: 'run', model, property }
  return { value: formatPath(path), label, path, isNumber: false }
}

function sortOption(path: Path, label: string, descending: boolean): SortOption {
  return { value: formatPath(path), label, sort: { path, descending } }
}

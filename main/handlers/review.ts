// Calls of the review: what waits for a person's decision, and the decisions.
import type { ReviewItem } from '#contract/infer.ts'
import { FoibleError } from '#core/errors.ts'
import type { DatasetHandle } from '#engine/dataset-handle.ts'
import { inferredField } from '#engine/infer/inferred-fields.ts'
import { answerSample, confirmAbove, listUnreviewed } from '#engine/infer/review-values.ts'
import { readValue } from '#engine/columns/read-values.ts'
import { candidateCount, inferredSources, openInferred } from '#store/inferred-columns.ts'
import { getFileNames } from '#store/sample-table.ts'
import type { HandlerParts, Subject } from './handler-parts.ts'

const sourceNames = ['none', 'inferred', 'person'] as const

export function reviewHandlers(
  parts: HandlerParts,
): Subject<'review.queue' | 'review.items' | 'review.answer' | 'review.confirm'> {
  const changed = (dataset: DatasetHandle) => {
    parts.events.emit('dataset.changed', { dataset: dataset.id, version: dataset.version })
  }
  return {
    'review.queue': ({ dataset: id, field, filter }) => {
      const dataset = parts.library.dataset(id)
      const rows = listUnreviewed(dataset, field, filter)
      const { margins } = openInferred(dataset.columns, field)
      const sorted = rows.sort((a, b) => margins[a]! - margins[b]! || a - b)
      return {
        ...progressOf(dataset, field),
        ids: sorted.map((row) => row + 1),
        margins: Float64Array.from(sorted, (row) => margins[row]!),
      }
    },
    'review.items': ({ dataset: id, field, ids }) => {
      const dataset = parts.library.dataset(id)
      inferredField(dataset, field)
      return describeItems(dataset, field, ids)
    },
    'review.answer': ({ dataset: id, field, id: sample, answer }) => {
      const dataset = parts.library.dataset(id)
      answerSample(dataset, field, sample, answer, parts.now().toISOString())
      changed(dataset)
      return progressOf(dataset, field)
    },
    'review.confirm': ({ dataset: id, field, filter, minMargin }) => {
      const dataset = parts.library.dataset(id)
      const count = confirmAbove(dataset, field, filter, minMargin, parts.now().toISOString())
      if (count > 0) changed(dataset)
      return { ...progressOf(dataset, field), changed: count }
    },
  }
}

/** How many samples a person has decided about, of those that anybody has. */
function progressOf(dataset: DatasetHandle, field: string) {
  return dataset.remember(`review ${field}`, () => {
    const { sources } = openInferred(dataset.columns, field)
    let reviewed = 0
    let total = 0
    for (const source of sources) {
      if (source !== inferredSources.none) total++
      if (source === inferredSources.person) reviewed++
    }
    return { version: dataset.version, reviewed, total }
  })
}

function describeItems(dataset: DatasetHandle, field: string, ids: readonly number[]): ReviewItem[] {
  const { words, codes, sources, candidates } = openInferred(dataset.columns, field)
  const beyond = ids.find((id) => id > dataset.rowCount)
  if (beyond !== undefined) throw new FoibleError('not_found', `There is no sample ${beyond}.`, { id: beyond })
  const names = getFileNames(dataset.db, ids)
  const number = (kind: 'score' | 'margin', row: number) => {
    const value = readValue(dataset.columns.column({ kind, field }), row)
    return typeof value === 'number' ? value : null
  }
  return ids.map((id, i) => {
    const row = id - 1
    const own = candidates.subarray(row * candidateCount, (row + 1) * candidateCount)
    return {
      id,
      fileName: names[i]!,
      value: words[codes[row]! - 1] ?? null,
      source: sourceNames[sources[row]!] ?? 'none',
      score: number('score', row),
      margin: number('margin', row),
      candidates: [...own].flatMap((code) => words[code - 1] ?? []),
    }
  })
}

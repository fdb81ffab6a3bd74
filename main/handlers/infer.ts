// Calls that infer a field, and that say what came of it.
import type { InferBy, InferredAccuracy, InferredField } from '#contract/infer.ts'
import { FoibleError } from '#core/errors.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { formatCount } from '#core/format/numbers.ts'
import {
  type VocabularyName,
  checkTemplates,
  checkWords,
  distinctWords,
  namedVocabularies,
  vocabularyNames,
} from '#core/infer/vocabulary.ts'
import type { DatasetHandle } from '#engine/dataset-handle.ts'
import { deleteInferred, inferredField } from '#engine/infer/inferred-fields.ts'
import type { InferInput } from '#engine/infer/infer-job.ts'
import { compareWithKnown, listKnownFields } from '#engine/infer/known-fields.ts'
import { candidateCount, inferredSources, openInferred } from '#store/inferred-columns.ts'
import type { HandlerParts, Subject } from './handler-parts.ts'

export function inferHandlers(
  parts: HandlerParts,
): Subject<'inferred.start' | 'inferred.describe' | 'inferred.accuracy' | 'inferred.delete'> {
  return {
    'inferred.start': async ({ dataset: id, field, by, filter }) => {
      await parts.ready
      const dataset = parts.library.dataset(id)
      const model = by.kind === 'text' ? by.model : by.run
      if (by.kind === 'text') parts.models.record(model)
      else dataset.columns.run(model)
      const input: InferInput = { dataset: id, field, by: resolveBy(dataset, by), filter }
      const job = parts.jobs.start({
        kind: 'infer',
        title: `Inferring ${field} of ${dataset.meta.name} by ${model}`,
        dataset: id,
        model,
        unit: 'images',
        input,
      })
      return { job }
    },
    'inferred.describe': ({ dataset: id, field }) => {
      const dataset = parts.library.dataset(id)
      return dataset.remember(`inferred ${field}`, () => describe(dataset, field))
    },
    'inferred.accuracy': ({ dataset: id, field, known, filter }) => {
      const dataset = parts.library.dataset(id)
      const key = `accuracy ${JSON.stringify([field, known, filter])}`
      return dataset.remember(key, () => describeAccuracy(dataset, field, known, filter))
    },
    'inferred.delete': ({ dataset: id, field }) => {
      const dataset = parts.library.dataset(id)
      deleteInferred(dataset, field, parts.now().toISOString())
      parts.events.emit('dataset.changed', { dataset: id, version: dataset.version })
      return {}
    },
  }
}

/** With the words that are meant now: the job goes on with these, whatever the dataset says later. */
function resolveBy(dataset: DatasetHandle, by: InferBy): InferInput['by'] {
  if (by.kind === 'examples') return by
  const { vocabulary, templates, ...rest } = by
  const chosen = templates ?? (vocabulary.kind === 'named' ? namedVocabularies[vocabulary.name].templates : null)
  if (chosen !== null) checkTemplates(chosen)
  const words = wordsOf(dataset, vocabulary)
  checkWords(words)
  const name = vocabulary.kind === 'named' ? vocabulary.name : vocabulary.kind === 'field' ? vocabulary.field : 'words'
  return { ...rest, vocabulary: name, words, templates: chosen }
}

function wordsOf(dataset: DatasetHandle, vocabulary: Extract<InferBy, { kind: 'text' }>['vocabulary']) {
  if (vocabulary.kind === 'named') return namedVocabularies[vocabulary.name].words
  if (vocabulary.kind === 'words') return distinctWords(vocabulary.words).words
  const column = dataset.columns.column({ kind: 'field', name: vocabulary.field })
  if (column.kind === 'codes')
    return distinctWords(column.dictionary.values.filter((value) => value.trim() !== '')).words
  const message = `${vocabulary.field} has numbers, no words. Choose a field with names, or give a list.`
  throw new FoibleError('usage', message, { field: vocabulary.field })
}

function describeAccuracy(dataset: DatasetHandle, field: string, known: string, filter: FilterExpr): InferredAccuracy {
  const { n, right, wilson, byMargin, atLeast, confused, ...rest } = compareWithKnown(dataset, field, known, filter)
  return {
    version: dataset.version,
    field,
    known,
    n,
    right,
    accuracy: n === 0 ? null : right / n,
    wilson: [...wilson],
    byMargin: byMargin.map((part) => ({ ...part, wilson: [...part.wilson] })),
    atLeast: atLeast.map((part) => ({ ...part, wilson: [...part.wilson] })),
    confused: [...confused],
    ...rest,
  }
}

function describe(dataset: DatasetHandle, name: string): InferredField {
  const field = inferredField(dataset, name)
  const { settings } = field
  const { codes, sources, words, candidates } = openInferred(dataset.columns, name)
  const counts = { inferred: 0, reviewed: 0, changed: 0, cleared: 0, open: 0 }
  for (let row = 0; row < sources.length; row++) {
    const proposed = candidates[row * candidateCount]!
    if (proposed !== 0) counts.inferred++
    if (sources[row] === inferredSources.none) counts.open++
    if (sources[row] !== inferredSources.person) continue
    counts.reviewed++
    if (codes[row] === 0) counts.cleared++
    else if (codes[row] !== proposed) counts.changed++
  }
  return {
    version: dataset.version,
    field: name,
    model: settings.model,
    sha256: settings.sha256,
    how: describeHow(settings, words.length),
    words: [...words],
    askedAt: settings.askedAt,
    samples: dataset.rowCount,
    ...counts,
    knownFields: listKnownFields(dataset, name),
  }
}

/** "By clip-vit-b-32 among 468 scenes, put as “a photo in a {}.”" */
function describeHow({ model, vocabulary, by }: ReturnType<typeof inferredField>['settings'], words: number): string {
  if (by.kind === 'examples') {
    const how = by.withinClass ? ', each without the mean of its class' : ''
    return `By the ${by.neighbours} nearest images with a value in ${by.field}, in the embeddings of ${by.run}${how}`
  }
  const named = vocabularyNames.some((name: VocabularyName) => name === vocabulary)
  const among =
    named || vocabulary === 'words'
      ? `${formatCount(words)} ${named ? vocabulary : 'values'}`
      : `the ${formatCount(words)} values of ${vocabulary}`
  return `By ${model} among ${among}, put as ${by.templates.map((template) => `“${template}”`).join(', ')}`
}

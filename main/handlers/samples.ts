// The call for one sample with everything known of it.
import type { SampleDetail } from '#contract/query.ts'
import { testBit } from '#core/columns/bitset.ts'
import { type Column, decodeCode, rightCode, wrongCode } from '#core/columns/column.ts'
import { FoibleError } from '#core/errors.ts'
import { formatFilter } from '#core/filter/format.ts'
import { imagenet1kClasses } from '#core/facts/imagenet-1k.ts'
import type { DatasetHandle } from '#engine/dataset-handle.ts'
import { idsOfAnswers } from '#engine/labels/label-space.ts'
import { findTruthOfRun } from '#engine/runs/truth.ts'
import { type HistoryDetail, listTagHistory } from '#store/history-table.ts'
import { getSample } from '#store/sample-table.ts'
import type { HandlerParts, Subject } from './handler-parts.ts'
import { readValue } from '#engine/columns/read-values.ts'

const historyDepth = 100

export function sampleHandlers(parts: HandlerParts): Subject<'samples.get'> {
  return { 'samples.get': ({ dataset, id }) => describeSample(parts.library.dataset(dataset), id) }
}

function describeSample(dataset: DatasetHandle, id: number): SampleDetail {
  const sample = getSample(dataset.db, id)
  if (sample === null) throw new FoibleError('not_found', `There is no sample ${id} in ${dataset.meta.name}.`, { id })
  const row = id - 1
  const { columns } = dataset
  const value = (name: string) => readValue(columns.column({ kind: 'field', name }), row)
  const accepted = columns.acceptedSets()
  const ids = accepted?.sets[accepted.codes[row]! - 1] ?? []
  const classField = columns.classField()
  return {
    id,
    fileName: sample.fileName,
    width: value('width') as number | null,
    height: value('height') as number | null,
    sizeBytes: value('size_bytes') as number | null,
    split: value('split') as string | null,
    label: classField === null ? null : (value(classField.name) as string | null),
    accepted: ids.map((acceptedId) => ({
      id: acceptedId,
      name: imagenet1kClasses[acceptedId]?.names[0] ?? String(acceptedId),
    })),
    fields: columns.fields
      .filter((field) => !field.builtIn && field.role !== 'class')
      .map((field) => ({
        name: field.name,
        role: field.role,
        value: value(field.name),
        source: String(readValue(columns.column({ kind: 'source', field: field.name }), row) ?? field.source),
        score: readValue(columns.column({ kind: 'score', field: field.name }), row) as number | null,
      })),
    predictions: columns.runs
      .map((run) => describePrediction(dataset, run.model, row))
      .filter((entry) => entry !== null),
    tags: columns.tags.filter((tag) => testBit(columns.tag(tag.name), row)).map((tag) => tag.name),
    history: listTagHistory(dataset.db, historyDepth)
      .filter((entry) => entry.rows !== null && testBit(entry.rows, row))
      .map((entry) => ({
        at: entry.at,
        what: entry.detail.kind === 'tag' ? tagText(entry.detail) : entry.what,
      })),
    problem: sample.problem,
  }
}

function tagText({ tag, on, picked }: HistoryDetail & { readonly kind: 'tag' }): string {
  const among = picked === undefined ? '' : ` among images for which ${formatFilter(picked.filter)}`
  return `${on ? 'Tagged' : 'Untagged'} “${tag}”${among}`
}

function describePrediction(
  dataset: DatasetHandle,
  model: string,
  row: number,
): SampleDetail['predictions'][number] | null {
  const run = dataset.columns.runColumns(model)
  const { codes, dictionary } = run.predicted
  if (codes[row] === 0) return null
  const right = rightIds(dataset, model, row)
  const correct = run.correct[row]!
  const number = (property: 'confidence' | 'truth_confidence' | 'truth_rank' | 'entropy' | 'margin') =>
    readValue(run.column(property) as Column, row) as number | null
  return {
    model,
    correct: correct === rightCode ? true : correct === wrongCode ? false : null,
    answers: run.answers(row).map(({ code, probability }, place) => {
      const id = dictionary.ids?.[code - 1] ?? code - 1
      return {
        id,
        name: String(decodeCode(dictionary, code)),
        probability: Number.isNaN(probability) ? null : probability,
        // The stored judgement has the last word on the first answer.
        accepted: correct === 0 ? null : place === 0 ? correct === rightCode : right.has(code - 1),
      }
    }),
    confidence: number('confidence'),
    truthConfidence: number('truth_confidence'),
    truthRank: number('truth_rank'),
    entropy: number('entropy'),
    margin: number('margin'),
    provider: run.provider(row),
  }
}

/** Positions (from 0) in the run's class list that are right for the sample. */
function rightIds(dataset: DatasetHandle, model: string, row: number): ReadonlySet<number> {
  const run = dataset.columns.run(model)
  const { truth, ids } = dataset.remember(`truth ${model}`, () => ({
    truth: findTruthOfRun(dataset.columns, run),
    ids: idsOfAnswers(dataset.columns, run),
  }))
  const accepted = truth.acceptedIds(row) ?? []
  return new Set(accepted.map((id) => ids.indexOf(id)))
}

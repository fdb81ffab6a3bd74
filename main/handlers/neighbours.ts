// The call for the samples that are like others, by the embeddings that a run keeps.
import type { Neighbours } from '#contract/vectors.ts'
import type { CallRequest } from '#contract/contract.ts'
import { rightCode, wrongCode } from '#core/columns/column.ts'
import { FoibleError } from '#core/errors.ts'
import { readValue } from '#engine/columns/read-values.ts'
import type { DatasetHandle } from '#engine/dataset-handle.ts'
import { findNearest, meanDirection } from '#engine/vectors/find-nearest.ts'
import { loadVectors } from '#engine/vectors/load-vectors.ts'
import type { HandlerParts, Subject } from './handler-parts.ts'

export function neighbourHandlers(parts: HandlerParts): Subject<'samples.neighbours'> {
  return {
    'samples.neighbours': (input, { signal }) => findNeighbours(parts.library.dataset(input.dataset), input, signal),
  }
}

async function findNeighbours(
  dataset: DatasetHandle,
  { ids, run, k, filter }: CallRequest<'samples.neighbours'>,
  signal: AbortSignal,
): Promise<Neighbours> {
  const { version, rowsVersion } = dataset
  const vectors = await loadVectors(dataset, run, 'embedding')
  const query = meanDirection(vectors, ids)
  if (query === null) throw nothingToCompare(run, ids.length)
  const allowed = filter === null ? null : dataset.filterBits(filter)
  const { nearest, compared } = await findNearest(vectors, query, k, { allowed, excluded: new Set(ids) }, signal)
  // Whoever asks sees a change of the dataset and asks again.
  if (dataset.rowsVersion !== rowsVersion) throw new FoibleError('cancelled', 'The dataset changed meanwhile.')
  const classField = dataset.columns.classField()
  const labels = classField === null ? null : dataset.columns.column({ kind: 'field', name: classField.name })
  const verdicts = dataset.columns.runColumns(run).correct
  return {
    version,
    compared,
    neighbours: Array.from({ length: nearest.length }, (_, place) => {
      const id = nearest.ids[place]!
      const label = labels === null ? null : readValue(labels, id - 1)
      const verdict = verdicts[id - 1]
      return {
        id,
        similarity: nearest.similarities[place]!,
        label: label === null ? null : String(label),
        correct: verdict === rightCode ? true : verdict === wrongCode ? false : null,
      }
    }),
  }
}

function nothingToCompare(run: string, asked: number): FoibleError {
  const what = asked === 1 ? 'this sample' : 'these samples'
  const message = `${run} keeps no embedding of ${what}: predict with it again and choose to keep them. Only what is missing is predicted.`
  return new FoibleError('not_found', message, { model: run })
}

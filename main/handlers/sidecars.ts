// Calls that join files to a dataset, and that take predictions in and out.
import path from 'node:path'
import { FoibleError } from '#core/errors.ts'
import { assertPlainName } from '#formats/safe-path.ts'
import { inspectSidecar } from '#engine/sidecars/inspect-sidecar.ts'
import type { JoinInput } from '#engine/sidecars/join-job.ts'
import type { PredictionsInput } from '#engine/sidecars/predictions-job.ts'
import type { HandlerParts, Subject } from './handler-parts.ts'

export function sidecarHandlers(
  parts: HandlerParts,
): Subject<'sidecars.inspect' | 'sidecars.join' | 'predictions.import' | 'predictions.export'> {
  return {
    'sidecars.inspect': async ({ dataset, place }, { signal }) =>
      await inspectSidecar(parts.library.dataset(dataset), parts.places.resolve(place), signal),
    'sidecars.join': ({ dataset: id, place, joinBy, columns }) => {
      const dataset = parts.library.dataset(id)
      const file = parts.places.resolve(place)
      const input: JoinInput = { dataset: id, path: file, joinBy, columns }
      const job = parts.jobs.start({
        kind: 'join',
        title: `Joining ${path.basename(file)} to ${dataset.meta.name}`,
        dataset: id,
        model: null,
        unit: 'rows',
        input,
      })
      return { job }
    },
    'predictions.import': ({ dataset: id, place, hub, model, joinBy }) => {
      const dataset = parts.library.dataset(id)
      if ((place === null) === (hub === null)) {
        throw new FoibleError('usage', 'Give the file with the predictions, or where they lie on the Hub.')
      }
      const file = place === null ? '' : parts.places.resolve(place)
      const input: PredictionsInput = { direction: 'in', dataset: id, path: file, hub, model, joinBy }
      const job = parts.jobs.start({
        kind: 'predictions',
        title: `Importing predictions of ${model} for ${dataset.meta.name}`,
        dataset: id,
        model,
        unit: 'rows',
        input,
      })
      return { job }
    },
    'predictions.export': ({ dataset: id, place, model, filter, name, vectors }) => {
      const dataset = parts.library.dataset(id)
      dataset.columns.run(model)
      assertPlainName(name, 'file')
      const input: PredictionsInput = {
        direction: 'out',
        dataset: id,
        model,
        filter,
        file: path.join(parts.places.resolve(place), name),
        vectors,
      }
      const job = parts.jobs.start({
        kind: 'predictions',
        title: `Writing predictions of ${model} for ${dataset.meta.name}`,
        dataset: id,
        model,
        unit: 'rows',
        input,
      })
      return { job }
    },
  }
}

// Calls about runs: predicting, and what becomes of predictions.
import type { DatasetHandle } from '#engine/dataset-handle.ts'
import { FoibleError } from '#core/errors.ts'
import { chooseProtocol } from '#engine/runs/choose-protocol.ts'
import { planAnswers } from '#engine/runs/plan-answers.ts'
import { giveRunName } from '#engine/runs/rename-run.ts'
import { tellChanged } from '#engine/tell-changed.ts'
import { deleteRun } from '#store/run-table.ts'
import type { HandlerParts, Subject } from './handler-parts.ts'

export function runHandlers(parts: HandlerParts): Subject<'runs.start' | 'runs.rename' | 'runs.delete'> {
  return {
    'runs.start': async ({ dataset: id, model, protocol, templates, ...rest }, { signal }) => {
      await parts.ready
      const dataset = parts.library.dataset(id)
      const spec = await parts.models.spec(model, signal)
      const chosen = chooseProtocol(spec, protocol, templates)
      // What cannot be answered is said where it was asked, not by a job that fails.
      if (chosen.protocol !== 'zero-shot') planAnswers(dataset, spec, chosen.protocol)
      const job = parts.jobs.start({
        kind: 'predict',
        title: `Predicting ${model} on ${dataset.meta.name}`,
        dataset: id,
        model,
        unit: 'images',
        input: { dataset: id, model, ...chosen, ...rest },
      })
      return { job }
    },
    'runs.rename': ({ dataset: id, model, name }) => {
      const dataset = parts.library.dataset(id)
      assertNotRunning(parts, dataset, model, 'giving it another name')
      giveRunName(dataset, dataset.columns.run(model), name)
      parts.events.emit('dataset.changed', { dataset: id, version: dataset.version })
      return {}
    },
    'runs.delete': ({ dataset: id, model }) => {
      const dataset = parts.library.dataset(id)
      assertNotRunning(parts, dataset, model, 'deleting its predictions')
      dataset.write(() => deleteRun(dataset.db, dataset.columns.run(model).id))
      dataset.columns.reloadNames()
      tellChanged(parts, dataset)
      return {}
    },
  }
}

function assertNotRunning(parts: HandlerParts, dataset: DatasetHandle, model: string, what: string): void {
  const { modelName } = dataset.columns.run(model)
  const isRunning = parts.jobs
    .list()
    .some(
      (job) =>
        job.kind === 'predict' && job.dataset === dataset.id && job.model === modelName && job.state === 'running',
    )
  if (isRunning) {
    throw new FoibleError('usage', `${model} is predicting right now. Stop it before ${what}.`, {
      model,
    })
  }
}

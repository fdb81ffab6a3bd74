// Calls that look for what is wrong with a dataset, and repair it.
import { FoibleError } from '#core/errors.ts'
import { repairs } from '#core/lint/repairs.ts'
import type { DatasetHandle } from '#engine/dataset-handle.ts'
import { repairFinding, repairOf } from '#engine/lint/repair-finding.ts'
import { isOver } from '#engine/jobs/live-job.ts'
import type { HandlerParts, Subject } from './handler-parts.ts'

export function lintHandlers(parts: HandlerParts): Subject<'lint.run' | 'lint.repair'> {
  return {
    'lint.run': ({ dataset: id }) => {
      const dataset = parts.library.dataset(id)
      const job = parts.jobs.start({
        kind: 'lint',
        title: `Checking ${dataset.meta.name}`,
        dataset: id,
        model: null,
        unit: 'images',
        input: { dataset: id },
      })
      return { job }
    },
    'lint.repair': async ({ dataset: id, rule }, { signal }) => {
      const dataset = parts.library.dataset(id)
      if (repairs[repairOf(dataset, rule)].removes) await makeQuiet(parts, dataset)
      const repaired = await repairFinding(dataset, rule, parts.now().toISOString(), signal)
      parts.events.emit('dataset.changed', { dataset: id, version: dataset.version })
      return repaired
    },
  }
}

/** Nothing may be at work while samples are renumbered. What only prepares pictures gives way, and is begun anew when needed. */
async function makeQuiet(parts: HandlerParts, dataset: DatasetHandle): Promise<void> {
  const open = parts.jobs.list().filter((job) => job.dataset === dataset.id && !isOver(job))
  const busy = open.find((job) => job.kind !== 'thumbnails' && job.kind !== 'lint')
  if (busy !== undefined) {
    const message = `“${busy.title}” is not finished. Let it end, or cancel it, before samples are removed.`
    throw new FoibleError('usage', message, { job: busy.id })
  }
  if (open.length > 0) await parts.jobs.abandon(dataset.id)
}

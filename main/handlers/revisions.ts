// Calls about newer revisions of datasets from the Hub.
import { noteMovedRevision } from '#engine/lint/note-source.ts'
import { compareRevision } from '#engine/revisions/compare-revision.ts'
import { requireHubSource } from '#engine/revisions/revision-source.ts'
import type { HandlerParts, Subject } from './handler-parts.ts'

export function revisionHandlers(parts: HandlerParts): Subject<'revisions.compare' | 'revisions.take'> {
  return {
    'revisions.compare': async ({ dataset: id, revision }, { signal }) => {
      const dataset = parts.library.dataset(id)
      // Somebody waits for the answer at the screen.
      const diff = await compareRevision({ ...parts, hub: parts.hub.brief }, dataset, revision, signal)
      if (revision === null && noteMovedRevision(dataset, diff.to)) {
        parts.events.emit('dataset.changed', { dataset: id, version: dataset.version })
      }
      return diff
    },
    'revisions.take': ({ dataset: id, sha, revision }) => {
      const dataset = parts.library.dataset(id)
      const source = requireHubSource(dataset)
      const job = parts.jobs.start({
        kind: 'update',
        title: `Updating ${dataset.meta.name}`,
        dataset: id,
        model: null,
        unit: 'samples',
        input: { dataset: id, sha, revision: revision ?? source.revision },
      })
      return { job }
    },
  }
}

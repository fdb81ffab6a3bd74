// Calls about the library and its datasets.
import { examineProviders } from '#engine/doctor.ts'
import { freeHubFiles } from '#engine/free-hub-files.ts'
import { letOthersRun, runInTurns } from '#formats/let-others-run.ts'
import { sampleDatasetId } from '#engine/sample-id.ts'
import type { HandlerParts, Subject } from './handler-parts.ts'
import { describeCard } from './describe-card.ts'
import { checkColumns } from '#store/check-columns.ts'
import { updateFieldRole } from '#store/field-table.ts'
import type { DatasetHandle } from '#engine/dataset-handle.ts'
import { titleOfAdapter } from '#formats/adapters/adapters.ts'
import type { Job } from '#contract/jobs.ts'
import type { DatasetCard } from '#contract/library.ts'
import { FoibleError } from '#core/errors.ts'

export function datasetHandlers(
  parts: HandlerParts,
): Subject<
  | 'app.info'
  | 'app.doctor'
  | 'app.providers'
  | 'datasets.list'
  | 'datasets.open'
  | 'datasets.check'
  | 'datasets.fetchImages'
  | 'datasets.rename'
  | 'datasets.delete'
  | 'fields.setRole'
> {
  return {
    'app.info': () => ({
      version: parts.resources.version,
      library: parts.library.folder,
      sample: { dataset: sampleDatasetId, imported: parts.library.datasetIds().includes(sampleDatasetId) },
    }),
    'app.doctor': (_input, { signal }) => parts.doctor(signal),
    'app.providers': async (_input, { signal }) => {
      await parts.ready
      const { providers, reasons } = (await examineProviders(parts, signal)) ?? { providers: ['cpu'], reasons: [] }
      return { providers: [...providers], reasons: [...reasons] }
    },
    'datasets.list': async (_input, { signal }) => {
      const cards: DatasetCard[] = []
      for (const id of parts.library.datasetIds()) {
        if (parts.library.datasetIds().includes(id)) cards.push(describeCard(parts, id))
        await letOthersRun(signal)
      }
      return cards
    },
    'datasets.open': async ({ dataset: id }, context) => {
      const dataset = parts.library.dataset(id)
      if (parts.background) prepareThumbnails(parts, dataset)
      const summary = await parts.analysis['datasets.open']({ dataset: id }, context)
      return { ...summary, knownAs: summary.knownAs === null ? null : titleOfAdapter(summary.knownAs) }
    },
    'datasets.check': async ({ dataset: id }, { signal }) => {
      const dataset = parts.library.dataset(id)
      const { rowsVersion } = dataset
      const { columns, problems } = await runInTurns(checkColumns(dataset.columns), signal)
      if (dataset.rowsVersion !== rowsVersion) {
        throw new FoibleError('usage', 'Samples were removed or renumbered meanwhile. Check again.', { dataset: id })
      }
      return { columns, problems: [...problems] }
    },
    'datasets.fetchImages': ({ dataset: id }) => {
      const dataset = parts.library.dataset(id)
      return { job: startThumbnails(parts, dataset, `Fetching the images of ${dataset.meta.name}`) }
    },
    'datasets.rename': ({ dataset, name }) => {
      const handle = parts.library.dataset(dataset)
      handle.rename(name)
      parts.events.emit('dataset.changed', { dataset, version: handle.version })
      parts.events.emit('library.changed', {})
      return {}
    },
    'datasets.delete': async ({ dataset }) => {
      await parts.jobs.abandon(dataset)
      const repo = hubRepoOf(parts, dataset)
      const resume = await parts.library.letGo(dataset)
      try {
        parts.media.forget(dataset)
        parts.library.deleteDataset(dataset)
      } finally {
        resume()
      }
      parts.events.emit('library.changed', {})
      if (repo !== null) await freeHubFiles(parts, repo)
      return {}
    },
    'fields.setRole': ({ dataset, field, role }) => {
      const handle = parts.library.dataset(dataset)
      if (handle.columns.field(field).role === 'class') {
        throw new FoibleError('usage', `${field} holds the class; its role stays.`, { field })
      }
      handle.write(() => updateFieldRole(handle.db, field, role))
      handle.columns.reloadNames()
      handle.touch()
      parts.events.emit('dataset.changed', { dataset, version: handle.version })
      return {}
    },
  }
}

/** null for other datasets, and for those that cannot be opened: they can be removed all the same. */
function hubRepoOf(parts: HandlerParts, id: string): string | null {
  try {
    const { source } = parts.library.dataset(id).meta
    return source.kind === 'hub' ? source.repo : null
  } catch (error) {
    if (error instanceof FoibleError) return null
    throw error
  }
}

/** Once a session: images that cannot be decoded stay without one. */
const prepared = new WeakSet<DatasetHandle>()

/** A Hub dataset may be larger than the disk: there only what is looked at is fetched, until all of it is asked for. */
function prepareThumbnails(parts: HandlerParts, dataset: DatasetHandle): void {
  const hasFiles = dataset.meta.source.kind !== 'hub' && dataset.meta.cube === undefined
  if (prepared.has(dataset) || !hasFiles) return
  prepared.add(dataset)
  if (dataset.thumbnails.count() < dataset.rowCount) startThumbnails(parts, dataset, 'Making thumbnails')
}

function startThumbnails(parts: HandlerParts, dataset: DatasetHandle, title: string): Job {
  return parts.jobs.start({
    kind: 'thumbnails',
    title,
    dataset: dataset.id,
    model: null,
    unit: 'images',
    input: { dataset: dataset.id },
  })
}

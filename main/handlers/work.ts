// Calls that start or steer long work: imports, models, exports, and the jobs themselves.
import path from 'node:path'
import { FoibleError } from '#core/errors.ts'
import { assertPlainName } from '#formats/safe-path.ts'
import { type StoredSource, openSource } from '#engine/imports/open-source.ts'
import { sampleDatasetId } from '#engine/sample-id.ts'
import { addHubModel, inspectHubModel } from '#engine/models/add-hub-model.ts'
import { readChosenSettings } from '#engine/models/chosen-settings.ts'
import { type LikeSource, addServerModel } from '#engine/models/add-server-model.ts'
import { removeModel } from '#engine/models/remove-model.ts'
import { withServerToken } from '#engine/models/with-server-token.ts'
import { findVariants } from '#models/find-model-files.ts'
import { tryModel } from '#models/try-model.ts'
import { isOver } from '#engine/jobs/live-job.ts'
import type { ImportSource, ServerSource } from '#contract/work.ts'
import type { HandlerParts, Subject } from './handler-parts.ts'

export function jobHandlers(
  parts: HandlerParts,
): Subject<'jobs.list' | 'jobs.cancel' | 'jobs.pause' | 'jobs.resume' | 'jobs.move' | 'jobs.dismiss'> {
  const act = (work: (id: number) => void) => (input: { readonly job: number }) => {
    work(input.job)
    return {}
  }
  return {
    'jobs.list': () => parts.jobs.list(),
    'jobs.cancel': act((id) => parts.jobs.cancel(id)),
    'jobs.pause': act((id) => parts.jobs.pause(id)),
    'jobs.resume': act((id) => parts.jobs.resume(id)),
    'jobs.move': ({ job, before }) => {
      parts.jobs.move(job, before)
      return {}
    },
    'jobs.dismiss': act((id) => parts.jobs.dismiss(id)),
  }
}

export function importHandlers(parts: HandlerParts): Subject<'places.list' | 'imports.inspect' | 'imports.start'> {
  return {
    'places.list': ({ place }) => parts.places.list(place),
    'imports.inspect': async ({ source }, { signal }) => {
      // Somebody waits for the answer at the screen.
      const brief = { ...parts, hub: parts.hub.brief }
      const opened = await openSource(brief, storedSource(parts, source), { format: null, useAdapter: true }, signal)
      return {
        name: opened.name,
        formats: opened.formats.map(({ reader, reason }) => ({ format: reader.format, reason })),
        adapter: opened.adapter,
        files: opened.entries.length,
        sizeBytes: opened.entries.reduce((sum, entry) => sum + entry.sizeBytes, 0),
        sha: opened.source.kind === 'hub' ? opened.source.sha : null,
      }
    },
    'imports.start': ({ source, name, labelMap, ...rest }) => {
      const stored = storedSource(parts, source)
      const shown = name ?? nameOfSource(stored)
      const dataset =
        source.kind === 'sample' ? sampleDatasetId : parts.library.freeDatasetId(shown, reservedIds(parts))
      if (parts.library.datasetIds().includes(dataset)) {
        throw new FoibleError('already_exists', `The sample is in the library already, as “${dataset}”.`, { dataset })
      }
      const job = parts.jobs.start({
        kind: 'import',
        title: `Importing ${shown}`,
        dataset,
        model: null,
        unit: 'samples',
        input: {
          source: stored,
          dataset,
          name,
          labelMap: labelMap === null ? null : parts.places.resolve(labelMap),
          ...rest,
        },
      })
      return { job, dataset }
    },
  }
}

/** Ids that waiting imports will take. Where nothing resumes what was interrupted, the next import takes its place. */
function reservedIds(parts: HandlerParts): string[] {
  if (!parts.background) return []
  return parts.jobs.list().flatMap((job) => (job.kind === 'import' && !isOver(job) ? (job.dataset ?? []) : []))
}

export function storedSource(parts: HandlerParts, source: ImportSource): StoredSource {
  if (source.kind === 'place') return { kind: 'path', path: parts.places.resolve(source.place) }
  return source
}

function nameOfSource(source: StoredSource): string {
  if (source.kind === 'sample') return 'Foible Sampler'
  if (source.kind === 'hub') return source.repo.replace(/^hf:/, '').split('/').at(-1)!
  return path.basename(source.path).replace(/\.(parquet|csv|tsv|jsonl|ndjson|json|tar|zip)$/i, '')
}

export function modelHandlers(
  parts: HandlerParts,
): Subject<'models.list' | 'models.inspect' | 'models.add' | 'models.derive' | 'models.remove'> {
  return {
    'models.list': async (_input, { signal }) => {
      await parts.ready
      return await Promise.all(parts.models.list().map((record) => parts.models.describe(record, signal)))
    },
    'models.inspect': async ({ source }, { signal }) => {
      const { variants, chosen } =
        source.kind === 'hub'
          ? await inspectHubModel(parts, source.repo, source.revision, signal)
          : await findVariants(parts.places.resolve(source.place))
      return { variants: [...variants], chosen: chosen?.name ?? null }
    },
    'models.add': async ({ source, name, variant, settings: chosen }, { signal }) => {
      const settings = await readChosenSettings(parts.places, chosen)
      const record =
        source.kind === 'server'
          ? await addServerModel(parts, { ...source, like: storedLike(parts, source), name, settings }, signal)
          : source.kind === 'hub'
            ? await addHubModel(parts, { ...source, name, variant, settings }, signal)
            : await parts.models.add(parts.places.resolve(source.place), name, 'file', signal, {
                variant,
                settings,
                check: (spec) => tryModel(spec, parts.resources.predictEntry, signal),
              })
      parts.events.emit('library.changed', {})
      return await parts.models.describe(record, signal)
    },
    'models.derive': async ({ model, name, settings }, { signal }) => {
      await parts.ready
      const chosen = await readChosenSettings(parts.places, settings)
      const record = await parts.models.derive(model, name, chosen, signal, async (spec) =>
        tryModel(await withServerToken(parts, spec, model), parts.resources.predictEntry, signal),
      )
      parts.events.emit('library.changed', {})
      return await parts.models.describe(record, signal)
    },
    'models.remove': async ({ model }) => {
      const isUsed = parts.jobs.list().some((job) => job.model === model && ['queued', 'running'].includes(job.state))
      if (isUsed) {
        throw new FoibleError('usage', `${model} is predicting or about to. Cancel that before removing it.`, { model })
      }
      await removeModel(parts, model)
      parts.events.emit('library.changed', {})
      return {}
    },
  }
}

function storedLike(parts: HandlerParts, { like }: ServerSource): LikeSource | null {
  return like?.kind === 'place' ? { kind: 'path', path: parts.places.resolve(like.place) } : like
}

export function exportHandlers(parts: HandlerParts): Subject<'exports.start'> {
  return {
    'exports.start': ({ dataset: id, place, name, ...rest }) => {
      const dataset = parts.library.dataset(id)
      assertPlainName(name, 'folder')
      const folder = path.join(parts.places.resolve(place), name)
      const job = parts.jobs.start({
        kind: 'export',
        title: `Exporting from ${dataset.meta.name}`,
        dataset: id,
        model: null,
        unit: 'samples',
        input: { dataset: id, folder, ...rest },
      })
      return { job }
    },
  }
}

// Composes the engine in one place. Shells know it by its handlers, its events and its images.
import os from 'node:os'
import path from 'node:path'
import envPaths from 'env-paths'
import type { Handlers } from '#contract/contract.ts'
import { FoibleError } from '#core/errors.ts'
import { analysisHandlers } from '#handlers/analysis.ts'
import { datasetHandlers } from '#handlers/datasets.ts'
import type { HandlerParts } from '#handlers/handler-parts.ts'
import { labelHandlers } from '#handlers/labels.ts'
import { hubHandlers } from '#handlers/hub.ts'
import { inferHandlers } from '#handlers/infer.ts'
import { lintHandlers } from '#handlers/lint.ts'
import { neighbourHandlers } from '#handlers/neighbours.ts'
import { preprocessingHandlers } from '#handlers/preprocessing.ts'
import { cubeHandlers } from '#handlers/cube.ts'
import { refuseCubes } from '#handlers/refuse-cubes.ts'
import { reportHandlers } from '#handlers/report.ts'
import { runHandlers } from '#handlers/runs.ts'
import { revisionHandlers } from '#handlers/revisions.ts'
import { reviewHandlers } from '#handlers/review.ts'
import { sampleHandlers } from '#handlers/samples.ts'
import { sidecarHandlers } from '#handlers/sidecars.ts'
import { tagHandlers } from '#handlers/tags.ts'
import { exportHandlers, importHandlers, jobHandlers, modelHandlers } from '#handlers/work.ts'
import { createFolderTree } from '#formats/folder-tree.ts'
import { type HubOptions, openHub } from '#hub/hub.ts'
import { readHubSettings } from '#hub/hub-settings.ts'
import { AnalysisThreads } from './analysis/analysis-threads.ts'
import { examine } from './doctor.ts'
import type { EngineParts } from './engine-parts.ts'
import { EventHub } from './event-hub.ts'
import { exportDataset } from './exports/export-job.ts'
import { infer } from './infer/infer-job.ts'
import { freeHubFiles } from './free-hub-files.ts'
import { HubToken, type Secrets } from './hub-token.ts'
import { type EncodedImage, ImageService } from './images/image-service.ts'
import { MediaSource } from './images/media-source.ts'
import { importDataset } from './imports/import-job.ts'
import { JobRunner } from './jobs/job-runner.ts'
import { tellHubNews } from './jobs/tell-hub-news.ts'
import { makeThumbnails } from './jobs/thumbnails-job.ts'
import { Library } from './library.ts'
import { lint } from './lint/lint-job.ts'
import { openLog } from './log.ts'
import { ModelRegistry } from './models/model-registry.ts'
import { Places } from './places.ts'
import { TensorPictures } from './preprocessing/tensor-pictures.ts'
import { findResources } from './resources.ts'
import { ServerTokens } from './server-tokens.ts'
import { takeRevision } from './revisions/take-revision.ts'
import { predict } from './runs/predict-job.ts'
import { joinFile } from './sidecars/join-job.ts'
import { movePredictions } from './sidecars/predictions-job.ts'
import { translateFailures } from './translate-failures.ts'

export type { Secrets }

export interface EngineOptions {
  /** The library's folder; by default the user's data folder. */
  readonly library?: string
  /** Go on with interrupted jobs and prepare what is opened; the command line does only what it is asked. Default true. */
  readonly background?: boolean
  /** Analyse on threads beside the engine's, which then always answers; they take a moment to start. Default: as `background`. */
  readonly threads?: boolean
  readonly now?: () => Date
  /** The system's keychain; without one a token that is set lasts as long as the engine. */
  readonly secrets?: Secrets
  /** The module that a prediction process starts with; by default Foible's own. */
  readonly predictEntry?: string
  /** The module that an analysis thread starts with; by default Foible's own. */
  readonly analysisEntry?: string
  /** How the Hub is asked: waits, limits, the clock. */
  readonly hub?: Partial<Omit<HubOptions, 'token' | 'folder' | 'openFolder'>>
}

export interface Engine {
  readonly library: string
  readonly handlers: Handlers
  readonly events: Pick<EventHub, 'listen'>
  readonly places: Places
  /** For shells that take the name of a variable from a person. */
  readonly serverTokens: Pick<ServerTokens, 'allowVariable'>
  readonly jobs: JobRunner
  /** A thumbnail or original; null where there is no such sample or it cannot be shown. */
  image(dataset: string, id: number, kind: 'thumb' | 'image', signal: AbortSignal): Promise<EncodedImage | null>
  /** The picture of a tensor that `models.tensor` named; null where it was never drawn, or too long ago. */
  tensorPicture(key: string): EncodedImage | null
  /** Logs an unexpected error and returns the id that the user is shown. */
  logBug(error: unknown, where: string): string
  /** Stops what runs (it is resumed at the next start), closes every file and gives up the library. */
  close(): Promise<void>
}

export function defaultLibraryFolder(): string {
  return process.env['FOIBLE_LIBRARY'] ?? path.join(envPaths('foible', { suffix: '' }).data, 'library')
}

/** Opens a library. Throws `library_locked`, `library_newer`, `no_permission` and the like as FoibleErrors. */
export function createEngine(options: EngineOptions = {}): Engine {
  const folder = path.resolve(options.library ?? defaultLibraryFolder())
  const now = options.now ?? (() => new Date())
  const background = options.background ?? true
  const library = new Library(folder)
  const log = openLog(folder)
  const events = new EventHub()
  const settings = readHubSettings(process.env, os.homedir())
  const hubToken = new HubToken(settings, options.secrets ?? null)
  const serverTokens = new ServerTokens(options.secrets ?? null, process.env)
  const hub = openHub({
    endpoint: settings.endpoint,
    pythonCache: settings.pythonCache,
    ...options.hub,
    token: () => hubToken.get(),
    folder: path.join(folder, 'hub'),
    openFolder: createFolderTree,
  })
  const media = new MediaSource(hub)
  const stop = new AbortController()
  const found = findResources()
  const resources = { ...found, predictEntry: options.predictEntry ?? found.predictEntry }
  const models = new ModelRegistry(library, now)
  const tensors = new TensorPictures(media, resources.predictEntry)
  const parts: EngineParts = {
    library,
    models,
    media,
    images: new ImageService(media),
    tensors,
    hub,
    hubToken,
    serverTokens,
    places: new Places(),
    events,
    resources,
    now,
  }
  const embedded = models.addEmbedded(resources.embeddedModels, stop.signal)
  // What is expected is told to whoever asks for the models; the rest is a bug.
  embedded.catch((error: unknown) => error instanceof FoibleError || log.bug(error, 'embedded models'))
  const jobs = new JobRunner({
    library,
    events,
    now,
    logBug: log.bug,
    works: {
      import: tellHubNews(parts, importDataset),
      predict: async (input, context) => {
        await embedded
        return await tellHubNews(parts, predict)(input, context)
      },
      thumbnails: tellHubNews(parts, makeThumbnails),
      lint: (input, context) => lint(parts, input, context),
      join: (input, context) => joinFile(parts, input, context),
      predictions: tellHubNews(parts, movePredictions),
      update: tellHubNews(parts, takeRevision),
      export: tellHubNews(parts, exportDataset),
      infer: async (input, context) => {
        await embedded
        return await tellHubNews(parts, infer)(input, context)
      },
    },
  })
  const inline = analysisHandlers(parts)
  const threads =
    (options.threads ?? background)
      ? new AnalysisThreads(library, options.analysisEntry ?? resources.analysisEntry)
      : null
  if (threads !== null) library.readBeside(threads)
  const handlers = createHandlers({
    ...parts,
    jobs,
    analysis: threads?.handlers(inline) ?? inline,
    background,
    ready: embedded,
    logBug: log.bug,
    doctor: async (signal) => {
      await embedded
      return await examine(parts, signal)
    },
  })
  if (background) {
    threads?.warmUp()
    jobs.resumeAll()
    freeHubFiles(parts, null).catch((error: unknown) => log.bug(error, 'files of the Hub'))
  }
  return {
    library: folder,
    handlers,
    events,
    places: parts.places,
    serverTokens,
    jobs,
    async image(dataset, id, kind, signal) {
      try {
        const handle = library.dataset(dataset)
        return kind === 'thumb'
          ? await parts.images.thumbnail(handle, id, true, signal)
          : await parts.images.original(handle, id, signal)
      } catch (error) {
        if (error instanceof FoibleError) return null
        throw error
      }
    },
    tensorPicture: (key) => tensors.find(key),
    logBug: log.bug,
    async close() {
      stop.abort()
      tensors.close()
      await jobs.shutDown()
      await embedded.catch(() => undefined)
      await threads?.close()
      library.close()
    },
  }
}

function createHandlers(parts: HandlerParts): Handlers {
  const handlers = {
    ...parts.analysis,
    ...datasetHandlers(parts),
    ...sampleHandlers(parts),
    ...neighbourHandlers(parts),
    ...inferHandlers(parts),
    ...reviewHandlers(parts),
    ...reportHandlers(parts),
    ...cubeHandlers(parts),
    ...preprocessingHandlers(parts),
    ...tagHandlers(parts),
    ...lintHandlers(parts),
    ...jobHandlers(parts),
    ...importHandlers(parts),
    ...modelHandlers(parts),
    ...runHandlers(parts),
    ...labelHandlers(parts),
    ...sidecarHandlers(parts),
    ...exportHandlers(parts),
    ...hubHandlers(parts),
    ...revisionHandlers(parts),
  } satisfies Handlers
  return translateFailures(refuseCubes(parts, handlers), parts.library.folder)
}

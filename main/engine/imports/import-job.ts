// The job that imports: index first, into a folder that becomes a dataset only when it is whole. Pixels come later.
import { createWriteStream, existsSync } from 'node:fs'
import { copyFile, mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { LabelDecision } from '#core/labels/map-classes.ts'
import type { FormatName, LabelRule } from '#core/sample.ts'
import { isArchivePath } from '#formats/archive-tree.ts'
import type { FileTree } from '#formats/dataset-reader.ts'
import type { DatasetMeta } from '#store/dataset-tables.ts'
import { listFindings } from '#store/finding-table.ts'
import { datasetFile } from '#store/migrations/dataset.ts'
import { type WriteDb, openDatabase, sqliteFailure } from '#store/sqlite.ts'
import type { EngineParts } from '../engine-parts.ts'
import { createSourceProbe } from '../images/probe-source.ts'
import type { JobContext } from '../jobs/job-runner.ts'
import { DatasetHandle } from '../dataset-handle.ts'
import { openLabelMap, storeLabelMap } from '../labels/store-label-map.ts'
import { adoptShards } from './adopt-shards.ts'
import { lintColumns } from '../lint/lint-dataset.ts'
import { noteCardCount } from '../lint/note-source.ts'
import { collectGarbage, inSmallHeap } from './keep-heap-small.ts'
import { buildCube } from './build-cube.ts'
import { type BuildOptions, type BuildResult, buildDataset } from './build-dataset.ts'
import { storePredictions } from './store-predictions.ts'
import { type OpenSource, type StoredSource, openSource } from './open-source.ts'

const copiedTogether = 8

export interface ImportInput {
  readonly source: StoredSource
  readonly dataset: string
  readonly name: string | null
  readonly split: string | null
  readonly maxSamples: number | null
  readonly copy: boolean
  /** Read as this format instead of the likeliest. */
  readonly format: FormatName | null
  /** Read a dataset that Foible knows by what it means. */
  readonly useAdapter: boolean
  /** Which annotation is the label of an image with several; jobs of earlier versions have none. */
  readonly labelRule?: LabelRule | null
  /** A file that says what the classes are to ImageNet models; jobs of earlier versions have none. */
  readonly labelMap?: string | null
}

export async function importDataset(parts: EngineParts, input: ImportInput, context: JobContext) {
  const { signal } = context
  context.progress({ done: 0, total: null, message: 'Looking at the files' })
  const labelMap = input.labelMap == null ? null : await openLabelMap(input.labelMap)
  const opened = await openSource(parts, input.source, { format: input.format, useAdapter: input.useAdapter }, signal)
  const copied = opened.source.kind === 'folder' && (input.copy || opened.mustCopy)
  const folders = parts.library.newDatasetFolders(input.dataset)
  const { split, maxSamples, format, useAdapter } = input
  const choices = { split, maxSamples, format, useAdapter, labelRule: input.labelRule ?? null }
  const meta = opened.source.kind === 'hub' ? { choices } : {}
  try {
    const built = await buildFolder(parts, { input, opened, copied, labelMap, meta }, folders.unfinished, context)
    throwIfCancelled(signal)
    if (existsSync(folders.final)) {
      throw new FoibleError(
        'already_exists',
        `There is a dataset “${input.dataset}” already. Import under another name.`,
        {
          dataset: input.dataset,
        },
      )
    }
    await rename(folders.unfinished, folders.final)
    parts.events.emit('library.changed', {})
    return { dataset: input.dataset, ...built }
  } catch (error) {
    await rm(folders.unfinished, { recursive: true, force: true })
    throw sqliteFailure(error, folders.unfinished) ?? error
  }
}

export interface FolderPlan {
  readonly input: ImportInput
  readonly opened: OpenSource
  readonly copied: boolean
  readonly labelMap: ReadonlyMap<string, LabelDecision> | null
  /** What the record says besides what the source does. */
  readonly meta: Partial<DatasetMeta>
}

/** Writes a whole dataset into an empty folder. */
export async function buildFolder(
  parts: EngineParts,
  plan: FolderPlan,
  folder: string,
  context: JobContext,
): Promise<{ readonly samples: number; readonly findings: number }> {
  return await inSmallHeap(async () => {
    const result = await writeUnfinished(parts, plan.input, plan.opened, folder, plan.copied, context)
    collectGarbage()
    return { samples: result.samples, findings: finish(plan, folder, result, parts.now) }
  })
}

/** Predictions that came along, and what was noticed, are part of what is whole or not there. The count of what was noticed. */
function finish({ input, labelMap, meta }: FolderPlan, folder: string, result: BuildResult, now: () => Date): number {
  const dataset = new DatasetHandle(input.dataset, folder)
  try {
    dataset.changeMeta(meta)
    if (labelMap !== null) storeLabelMap(dataset, labelMap)
    for (const [model, predictions] of result.predictions) {
      storePredictions(dataset, model, predictions, result.runs.get(model) ?? null, now)
    }
    collectGarbage()
    // What lint looks for is about images, not about counts of them.
    if (dataset.meta.cube !== undefined) return 0
    lintColumns(dataset)
    const isWhole = input.split === null && input.maxSamples === null
    if (isWhole && result.cardSamples !== null) noteCardCount(dataset, result.cardSamples)
    return listFindings(dataset.db).reduce((sum, finding) => sum + finding.count, 0)
  } finally {
    dataset.close()
  }
}

async function writeUnfinished(
  parts: EngineParts,
  input: ImportInput,
  opened: OpenSource,
  folder: string,
  copied: boolean,
  context: JobContext,
) {
  const { signal } = context
  const index = await opened.read({
    split: input.split,
    maxSamples: input.maxSamples,
    labelRule: input.labelRule ?? null,
    signal,
  })
  const root = opened.source.kind === 'folder' ? opened.source.path : null
  const look = root === null ? null : createSourceProbe(opened.tree, root, signal)
  const db = openDatabase(path.join(folder, 'dataset.sqlite'), datasetFile)
  try {
    const options: BuildOptions = {
      db,
      index,
      name: input.name ?? opened.name,
      adapter: opened.adapter?.name ?? null,
      source: opened.source.kind === 'folder' ? { ...opened.source, copied } : opened.source,
      createdAt: parts.now().toISOString(),
      signal,
      onProgress: (done) => {
        const unit = index.cube === undefined ? {} : { unit: 'cells' }
        context.progress({ done, total: input.maxSamples, message: 'Reading the index', ...unit })
      },
      probe: look && ((batch, at) => look(batch.locators[at]!)),
      findings: opened.tree.findings(),
    }
    if (index.cube !== undefined) {
      if (input.labelMap != null) throw labelsOfCube()
      return await buildCube(options, index, index.cube)
    }
    const result = await buildDataset(options)
    if (result.samples === 0) {
      throw new FoibleError(
        'empty_source',
        `There is no image in ${opened.name}. Choose a folder or dataset with images.`,
        {
          source: opened.name,
        },
      )
    }
    await adoptShards(parts.hub, db, opened.source, folder)
    if (copied && root !== null) await copyMedia(root, opened, db, path.join(folder, 'media'), context)
    return result
  } finally {
    db.close()
  }
}

function labelsOfCube(): FoibleError {
  const message = 'A cube counts right and wrong, as they were judged; import it without a label map, or count again.'
  return new FoibleError('usage', message)
}

/** Copies every file that samples refer to and that is there, out of archives too. The tree listed them, so none is a link. */
async function copyMedia(
  root: string,
  { tree, entries }: Pick<OpenSource, 'tree' | 'entries'>,
  db: WriteDb,
  target: string,
  context: JobContext,
): Promise<void> {
  const present = new Set(entries.map((entry) => entry.path))
  const named = db
    .prepare(`SELECT DISTINCT coalesce(locator ->> 'path', locator ->> 'file', file_name) FROM sample ORDER BY 1`)
    .pluck()
    .all() as string[]
  const used = named.filter((file) => present.has(file))
  for (const folder of new Set(used.map((file) => path.dirname(file))))
    await mkdir(path.join(target, folder), { recursive: true })
  for (let done = 0; done < used.length; done += copiedTogether) {
    throwIfCancelled(context.signal)
    const files = used.slice(done, done + copiedTogether)
    await Promise.all(files.map((file) => copyOne(root, tree, file, target, context.signal)))
    context.progress({ done: done + files.length, total: used.length, message: 'Copying the images' })
  }
}

async function copyOne(root: string, tree: FileTree, file: string, target: string, signal: AbortSignal): Promise<void> {
  const [from, to] = [path.join(root, file), path.join(target, file)]
  if (isArchivePath(from) && !existsSync(from)) await pipeline(tree.stream(file, signal), createWriteStream(to))
  else await copyFile(from, to)
}

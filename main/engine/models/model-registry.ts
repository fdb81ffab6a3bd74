// The models of the library: files under models/<sha256>/, read once, found by name.
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import type { ModelInfo } from '#contract/work.ts'
import { FoibleError } from '#core/errors.ts'
import { nearestNames } from '#core/filter/nearest.ts'
import { isModelCompanion } from '#core/models/model-companions.ts'
import { formatTensor } from '#models/choose-tensors.ts'
import { describePreprocessing } from '#models/describe-preprocessing.ts'
import type { ModelSpec } from '#models/model-spec.ts'
import { readModel } from '#models/read-model.ts'
import {
  type ModelRecord,
  deleteModel,
  getModel,
  insertModel,
  listModels,
  listModelsOfFile,
} from '#store/model-table.ts'
import { sqliteFailure } from '#store/sqlite.ts'
import type { Library } from '../library.ts'

/** What else is kept of a model's folder beside what describes every model. */
const kept = /\.(json|txt|md|names)$/i

export interface AddModelOptions {
  /** Which of a folder's graphs; null = the usual one. */
  readonly variant?: string | null
  /** Throws where the model is not to be added. */
  readonly check?: (spec: ModelSpec) => Promise<void>
}

export class ModelRegistry {
  readonly #library: Library
  readonly #now: () => Date
  readonly #specs = new Map<string, ModelSpec>()

  constructor(library: Library, now: () => Date) {
    this.#library = library
    this.#now = now
  }

  list(): ModelRecord[] {
    return listModels(this.#library.db)
  }

  record(name: string): ModelRecord {
    const record = getModel(this.#library.db, name)
    if (record !== null) return record
    const names = this.list().map((model) => model.name)
    const nearest = nearestNames(name, names)
    const hint = nearest.length > 0 ? ` Did you mean “${nearest[0]}”?` : ' See “foible models”.'
    throw new FoibleError('not_found', `There is no model “${name}” in this library.${hint}`, { model: name, nearest })
  }

  async spec(name: string, signal: AbortSignal): Promise<ModelSpec> {
    const record = this.record(name)
    const known = this.#specs.get(record.name)
    if (known !== undefined) return known
    const spec = { ...(await readModel(this.#library.modelFolder(record.sha256), signal)), name: record.name }
    this.#specs.set(record.name, spec)
    return spec
  }

  /** Puts the models that come with Foible into the library, where they are not yet there. */
  async addEmbedded(folders: readonly string[], signal: AbortSignal): Promise<void> {
    const known = new Set(
      this.list()
        .filter((model) => model.origin === 'embedded')
        .map((model) => model.name),
    )
    for (const folder of folders) {
      const name = path.basename(folder)
      if (!known.has(name)) await this.add(folder, name, 'embedded', signal)
    }
  }

  /** Copies a model into the library. The same file added twice is the same model. */
  async add(
    source: string,
    name: string | null,
    origin: string,
    signal: AbortSignal,
    { variant = null, check }: AddModelOptions = {},
  ): Promise<ModelRecord> {
    const spec = await readModel(source, signal, variant)
    const known = listModelsOfFile(this.#library.db, spec.sha256).find(hasNoSettings)
    if (known !== undefined) return known
    await check?.(spec)
    const folder = this.#library.modelFolder(spec.sha256)
    try {
      copyModel(source, spec, folder)
    } catch (error) {
      rmSync(`${folder}.part`, { recursive: true, force: true })
      throw sqliteFailure(error, folder) ?? error
    }
    const record: ModelRecord = {
      sha256: spec.sha256,
      name: this.#freeName(name ?? spec.name),
      origin,
      license: spec.license,
      addedAt: this.#now().toISOString(),
      settings: {},
    }
    insertModel(this.#library.db, record)
    return record
  }

  remove(name: string): void {
    const record = this.record(name)
    deleteModel(this.#library.db, record.name)
    this.#specs.delete(record.name)
    if (listModelsOfFile(this.#library.db, record.sha256).length > 0) return
    rmSync(this.#library.modelFolder(record.sha256), { recursive: true, force: true })
  }

  async describe(record: ModelRecord, signal: AbortSignal): Promise<ModelInfo> {
    const spec = await this.spec(record.name, signal)
    return {
      name: record.name,
      sha256: record.sha256,
      sizeBytes: spec.sizeBytes,
      origin: record.origin,
      license: record.license,
      input: `${formatTensor(spec.input)} ${spec.layout.toUpperCase()}`,
      preprocessing: describePreprocessing(spec.preprocessing),
      preprocessingOrigin: spec.preprocessing.origin,
      outputs: `${spec.outputKind} ${formatTensor(spec.output)}`,
      classes: spec.classes.length,
      labelSpace: spec.labelSpace,
      notes: [...spec.notes],
    }
  }

  #freeName(wanted: string): string {
    const taken = new Set(this.list().map((model) => model.name))
    for (let number = 1; ; number++) {
      const name = number === 1 ? wanted : `${wanted}-${number}`
      if (!taken.has(name)) return name
    }
  }
}

/** As its files say. */
function hasNoSettings({ settings }: ModelRecord): boolean {
  return Object.keys(settings).length === 0
}

/** Copies what belongs to a model into `folder`, which is there only when everything is in it. */
function copyModel(source: string, { file, dataFiles }: ModelSpec, folder: string): void {
  const unfinished = `${folder}.part`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true })
  const from = path.dirname(file)
  for (const name of [path.basename(file), ...dataFiles]) cpSync(path.join(from, name), path.join(unfinished, name))
  // A single file dropped among others brings only what describes it and what stands beside it under its name.
  const stem = path.basename(file, '.onnx')
  const isWhole = existsSync(source) && statSync(source).isDirectory()
  const isWanted = (name: string) =>
    isModelCompanion(name) || (kept.test(name) && (isWhole || name.startsWith(`${stem}.`)))
  for (const place of path.basename(from) === 'onnx' ? [from, path.dirname(from)] : [from]) {
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      const target = path.join(unfinished, entry.name)
      // What lies nearer to the graph goes before what lies above.
      if (entry.isFile() && isWanted(entry.name) && !existsSync(target)) cpSync(path.join(place, entry.name), target)
    }
  }
  rmSync(folder, { recursive: true, force: true })
  renameSync(unfinished, folder)
}

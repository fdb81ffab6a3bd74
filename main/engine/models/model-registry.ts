// The models of the library: files under models/<sha256>/, read once, found by name.
import { rmSync } from 'node:fs'
import path from 'node:path'
import type { ModelInfo } from '#contract/work.ts'
import { FoibleError } from '#core/errors.ts'
import type { ChosenSettings } from '#core/models/model-settings.ts'
import { formatServerAddress } from '#core/models/server-address.ts'
import { nearestNames } from '#core/filter/nearest.ts'
import { formatTensor } from '#models/choose-tensors.ts'
import { describePreprocessing } from '#models/describe-preprocessing.ts'
import { findServerCard } from '#models/kserve/server-card.ts'
import type { ModelSpec, ServerSpec } from '#models/model-spec.ts'
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
import { listProtocols } from '../runs/choose-protocol.ts'
import { areSameModel, isNoOtherModel, nameDifference, parseModelSettings, whatFilesSay } from './chosen-settings.ts'
import { copyModel } from './copy-model.ts'
import { findOtherWeights } from './find-other-weights.ts'

export interface AddModelOptions {
  /** Which of a folder's graphs; null = the usual one. */
  readonly variant?: string | null
  /** What goes before what the files say. */
  readonly settings?: ChosenSettings
  /** Throws where the model is not to be added. */
  readonly check?: (spec: ModelSpec) => Promise<void>
}

/** Of models that somebody added by a server's address, which follows. */
export const serverOrigin = 'kserve:'

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
    const spec = await this.#read(record.sha256, parseModelSettings(record), signal)
    const named = { ...spec, name: record.name }
    this.#specs.set(record.name, named)
    return named
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

  /** Copies a model into the library. The same file added twice, with the same settings, is the same model. */
  async add(
    source: string,
    name: string | null,
    origin: string,
    signal: AbortSignal,
    { variant = null, settings = {}, check }: AddModelOptions = {},
  ): Promise<ModelRecord> {
    const spec = await readModel(source, signal, variant, settings)
    if (spec.server !== undefined && !origin.startsWith(serverOrigin)) throw notAsked(spec.server)
    const ofFile = listModelsOfFile(this.#library.db, spec.sha256)
    if (ofFile.length > 0) {
      await this.#assertSameTexts(ofFile[0]!, spec, signal)
      await this.#assertSameWeights(ofFile[0]!, spec, signal)
      const known = await this.#findSame(ofFile, spec, isNoOtherModel, signal)
      if (known !== undefined) return known
      // Its files lie in the library with another card: what this one says becomes the settings.
      const said = { ...settings, ...whatFilesSay(spec) }
      return await this.#insertBeside(ofFile[0]!, name ?? spec.name, said, signal, check)
    }
    await check?.(spec)
    const record = { sha256: spec.sha256, origin, license: spec.license, name: name ?? spec.name, settings }
    const folder = this.#library.modelFolder(spec.sha256)
    try {
      copyModel(source, spec, folder)
      await this.#read(spec.sha256, parseModelSettings(record), signal)
    } catch (error) {
      const isOthers = listModelsOfFile(this.#library.db, spec.sha256).length > 0
      for (const left of isOthers ? [`${folder}.part`] : [`${folder}.part`, folder]) {
        rmSync(left, { recursive: true, force: true })
      }
      throw sqliteFailure(error, folder) ?? error
    }
    return this.#insert(record, record.name, settings)
  }

  /**
   * The files of `base` with other settings, as a model of its own; or the model of these files that is so already.
   * @param name null: after its base and what differs.
   */
  async derive(
    base: string,
    name: string | null,
    settings: ChosenSettings,
    signal: AbortSignal,
    check?: AddModelOptions['check'],
  ): Promise<ModelRecord> {
    const record = this.record(base)
    const merged = { ...record.settings, ...settings }
    const spec = await this.#read(record.sha256, parseModelSettings({ name: record.name, settings: merged }), signal)
    const known = await this.#findSame(listModelsOfFile(this.#library.db, record.sha256), spec, areSameModel, signal)
    if (known !== undefined) return known
    const wanted = name ?? `${base}-${nameDifference(await this.spec(base, signal), spec)}`
    return await this.#insertBeside(record, wanted, merged, signal, check)
  }

  remove(name: string): void {
    const record = this.record(name)
    deleteModel(this.#library.db, record.name)
    this.#specs.delete(record.name)
    if (listModelsOfFile(this.#library.db, record.sha256).length > 0) return
    rmSync(this.#library.modelFolder(record.sha256), { recursive: true, force: true })
  }

  /** Root of the server that a model is on; null for those from files, and where the card cannot be read any more. */
  async serverUrl({ sha256, origin }: ModelRecord): Promise<string | null> {
    if (!origin.startsWith(serverOrigin)) return null
    const found = await findServerCard(this.#library.modelFolder(sha256)).catch((error: unknown) => {
      if (error instanceof FoibleError) return null
      throw error
    })
    return found?.card.url ?? null
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
      steps: spec.preprocessing,
      layout: spec.layout,
      chosen: chosenParts.filter((part) => record.settings[part] !== undefined),
      outputs: describeOutputs(spec),
      classes: spec.classes.length,
      labelSpace: spec.labelSpace,
      protocols: listProtocols(spec),
      templates: [...(spec.text?.templates ?? [])],
      embedding: spec.embedding && { size: spec.embedding.size, isEdited: spec.embedding.isEdited },
      notes: [...spec.notes],
    }
  }

  /** The files of a model under given settings. Throws `model_invalid` where they are not those that were added. */
  async #read(sha256: string, settings: ChosenSettings, signal: AbortSignal): Promise<ModelSpec> {
    const folder = this.#library.modelFolder(sha256)
    const spec = await readModel(folder, signal, null, settings)
    if (spec.sha256 === sha256) return spec
    const message = `${spec.file} is not the model that was added: remove the model, and add it again from its own files.`
    throw new FoibleError('model_invalid', message, { file: spec.file, sha256: spec.sha256, expected: sha256 })
  }

  /** The one of some models of a file that is as `wanted`. */
  async #findSame(
    records: readonly ModelRecord[],
    wanted: ModelSpec,
    isSame: (known: ModelSpec, wanted: ModelSpec) => boolean,
    signal: AbortSignal,
  ): Promise<ModelRecord | undefined> {
    for (const record of records) if (isSame(await this.spec(record.name, signal), wanted)) return record
    return undefined
  }

  /** The files of a dual encoder are known by its image half: another text half would not be found there. */
  async #assertSameTexts(known: ModelRecord, { text }: ModelSpec, signal: AbortSignal): Promise<void> {
    const there = (await this.spec(known.name, signal)).text
    if (there?.sha256 === text?.sha256) return
    const message = `The library has these image weights with ${there === undefined ? 'no' : 'another'} text encoder, as “${known.name}”. Remove that model first.`
    throw new FoibleError('already_exists', message, { model: known.name })
  }

  async #assertSameWeights(known: ModelRecord, spec: ModelSpec, signal: AbortSignal): Promise<void> {
    const file = await findOtherWeights(spec, await this.spec(known.name, signal), signal)
    if (file === null) return
    const message = `The library has this graph with other weights in ${file}, as “${known.name}”. Remove that model first.`
    throw new FoibleError('already_exists', message, { model: known.name, file })
  }

  async #insertBeside(
    sibling: ModelRecord,
    name: string,
    settings: ModelRecord['settings'],
    signal: AbortSignal,
    check: AddModelOptions['check'],
  ): Promise<ModelRecord> {
    await check?.(await this.#read(sibling.sha256, parseModelSettings({ name, settings }), signal))
    return this.#insert(sibling, name, settings)
  }

  #insert(
    { sha256, origin, license }: Pick<ModelRecord, 'sha256' | 'origin' | 'license'>,
    wanted: string,
    settings: ModelRecord['settings'],
  ): ModelRecord {
    const addedAt = this.#now().toISOString()
    const record = { sha256, name: this.#freeName(wanted), origin, license, addedAt, settings }
    insertModel(this.#library.db, record)
    return record
  }

  #freeName(wanted: string): string {
    const taken = new Set(this.list().map((model) => model.name))
    for (let number = 1; ; number++) {
      const name = number === 1 ? wanted : `${wanted}-${number}`
      if (!taken.has(name)) return name
    }
  }
}

const chosenParts = ['preprocessing', 'layout', 'classes'] as const

/** "embedding image_embeds: float32 [?, 512], zero-shot over texts (softmax of 100 x cosine)" */
function describeOutputs({ outputKind, output, text }: ModelSpec): string {
  const given = `${outputKind} ${formatTensor(output)}`
  if (text === undefined) return given
  const bias = text.bias === 0 ? '' : ` ${text.bias < 0 ? '-' : '+'} ${Number(Math.abs(text.bias).toPrecision(4))}`
  return `${given}, zero-shot over texts (${text.activation} of ${Number(text.scale.toPrecision(4))} x cosine${bias})`
}

/** Somebody who chose a folder did not choose to send images to whoever it names. */
function notAsked(server: ServerSpec): FoibleError {
  const message = `This folder stands for a model on a server: add ${formatServerAddress(server)} itself, if its images may go there.`
  return new FoibleError('usage', message, { url: server.url, model: server.model })
}

// Images for the screens: thumbnails, made when first seen and kept, and the originals. Whatever is decoded is also looked at.
import { createHash } from 'node:crypto'
import { Transformer } from '@napi-rs/image'
import PQueue from 'p-queue'
import { FoibleError } from '#core/errors.ts'
import { sniffImageExtension } from '#formats/image-type.ts'
import { readImageHeader } from '#models/preprocess/read-image-header.ts'
import { type SampleRecord, getSample, setProblem } from '#store/sample-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { cropEncoded } from './crop-encoded.ts'
import { flagsOf, makeThumbnail } from './make-thumbnail.ts'
import { type Media, type MediaSource, readMedia } from './media-source.ts'
import { cutOff } from './probe-image.ts'
import { SharedWork } from './shared-work.ts'

export interface EncodedImage {
  readonly bytes: Uint8Array
  readonly type: string
  /** Without the quotes that HTTP puts around it. */
  readonly etag: string
}

/** What browsers show as it is. */
const shown: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
}

export class ImageService {
  readonly #media: MediaSource
  /** Decoding shares the cores with everything else: what is looked at comes before what is prepared. */
  readonly #queue = new PQueue({ concurrency: 2 })
  readonly #making = new SharedWork<Uint8Array>()

  constructor(media: MediaSource) {
    this.#media = media
  }

  async thumbnail(
    dataset: DatasetHandle,
    sampleId: number,
    urgent: boolean,
    signal: AbortSignal,
  ): Promise<EncodedImage> {
    const data = dataset.thumbnails.get(sampleId) ?? (await this.#make(dataset, sampleId, urgent, signal))
    return { bytes: data, type: 'image/webp', etag: etagOf(dataset, sampleId, 't') }
  }

  /** Makes sure that there is a thumbnail, and that the image was looked at; `again`: even if it was. */
  async prepare(dataset: DatasetHandle, sampleId: number, again: boolean, signal: AbortSignal): Promise<void> {
    if (!again && dataset.thumbnails.has(sampleId) && dataset.looks.has(sampleId - 1)) return
    await this.#make(dataset, sampleId, false, signal)
  }

  async original(dataset: DatasetHandle, sampleId: number, signal: AbortSignal): Promise<EncodedImage> {
    const sample = requireSample(dataset, sampleId)
    const bytes = await cropEncoded(
      await readMedia(await this.#media.fetch(dataset, sample, true, signal), signal),
      dataset.meta.cropBorderPx ?? 0,
      signal,
    )
    const etag = etagOf(dataset, sampleId, 'i')
    const type = shown[sniffImageExtension(bytes) ?? '']
    if (type !== undefined) return { bytes, type, etag }
    try {
      return { bytes: await new Transformer(bytes).rotate().png(undefined, signal), type: 'image/png', etag }
    } catch (error) {
      throw new FoibleError(
        'broken_file',
        `${sample.fileName} cannot be decoded.`,
        { file: sample.fileName },
        { cause: error },
      )
    }
  }

  /** One making of a thumbnail however often it is asked for meanwhile; an urgent one does not wait for one that is not. */
  #make(dataset: DatasetHandle, sampleId: number, urgent: boolean, signal: AbortSignal): Promise<Uint8Array> {
    return this.#making.join(`${dataset.id}\n${dataset.rowsVersion}\n${sampleId}\n${urgent}`, signal, (shared) =>
      this.#fetchAndMake(dataset, requireSample(dataset, sampleId), urgent, shared),
    )
  }

  /** The network is waited for outside of the queue: it keeps no core busy. */
  async #fetchAndMake(
    dataset: DatasetHandle,
    sample: SampleRecord,
    urgent: boolean,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const { rowsVersion } = dataset
    const media = await this.#media.fetch(dataset, sample, urgent, signal)
    return await this.#queue.add(() => this.#makeNow(dataset, sample, media, rowsVersion, signal), {
      priority: urgent ? 1 : 0,
    })
  }

  async #makeNow(
    dataset: DatasetHandle,
    sample: SampleRecord,
    media: Media,
    rowsVersion: number,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const bytes = await readMedia(media, signal)
    try {
      const inner = await cropEncoded(bytes, dataset.meta.cropBorderPx ?? 0, signal)
      const { data, look } = await makeThumbnail(inner, signal)
      // Renumbered meanwhile: the picture is that of the old id.
      if (dataset.rowsVersion !== rowsVersion) return data
      dataset.thumbnails.put([{ sampleId: sample.id, data }])
      const header = readImageHeader(bytes)
      const sha256 = createHash('sha256').update(bytes).digest()
      dataset.looks.note(sample.id - 1, { ...look, flags: look.flags | flagsOf(header) }, sha256)
      const problem = header?.complete === false ? cutOff : null
      if (problem !== sample.problem) dataset.write(() => setProblem(dataset.db, sample.id, problem))
      return data
    } catch (error) {
      if (
        error instanceof FoibleError &&
        ['broken_file', 'too_large'].includes(error.code) &&
        sample.problem === null &&
        dataset.rowsVersion === rowsVersion
      ) {
        dataset.write(() => setProblem(dataset.db, sample.id, error.message))
      }
      throw error
    }
  }
}

function etagOf(dataset: DatasetHandle, sampleId: number, kind: 't' | 'i'): string {
  return `${dataset.meta.createdAt}-${dataset.rowsVersion}-${sampleId}-${kind}`
}

function requireSample(dataset: DatasetHandle, id: number): SampleRecord {
  const sample = getSample(dataset.db, id)
  if (sample === null) throw new FoibleError('not_found', `There is no sample ${id} in ${dataset.meta.name}.`, { id })
  return sample
}

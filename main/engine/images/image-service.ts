// Images for the screens: thumbnails, made when first seen and kept, and the originals.
import { Transformer } from '@napi-rs/image'
import PQueue from 'p-queue'
import { FoibleError } from '#core/errors.ts'
import { sniffImageExtension } from '#formats/image-type.ts'
import { type SampleRecord, getSample, setProblem } from '#store/sample-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { cropEncoded } from './crop-encoded.ts'
import { makeThumbnail } from './make-thumbnail.ts'
import { type MediaSource, readMedia } from './media-source.ts'
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

  /** One making of a thumbnail however often it is asked for meanwhile. */
  #make(dataset: DatasetHandle, sampleId: number, urgent: boolean, signal: AbortSignal): Promise<Uint8Array> {
    return this.#making.join(`${dataset.id}\n${dataset.rowsVersion}\n${sampleId}`, signal, (shared) =>
      this.#queue.add(() => this.#makeNow(dataset, requireSample(dataset, sampleId), urgent, shared), {
        priority: urgent ? 1 : 0,
      }),
    )
  }

  async #makeNow(
    dataset: DatasetHandle,
    sample: SampleRecord,
    urgent: boolean,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const bytes = await readMedia(await this.#media.fetch(dataset, sample, urgent, signal), signal)
    try {
      const inner = await cropEncoded(bytes, dataset.meta.cropBorderPx ?? 0, signal)
      const data = await makeThumbnail(inner, signal)
      dataset.thumbnails.put([{ sampleId: sample.id, data }])
      return data
    } catch (error) {
      if (
        error instanceof FoibleError &&
        ['broken_file', 'too_large'].includes(error.code) &&
        sample.problem === null
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

// Images as models see them: drawn in a prediction process that is kept a while, and held as PNGs until room is needed.
import { createHash } from 'node:crypto'
import PQueue from 'p-queue'
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { ModelSpec } from '#models/model-spec.ts'
import type { PixelFormat } from '#models/preprocess/draw-tensor.ts'
import type { Feeding } from '#models/preprocess/list-candidates.ts'
import type { TensorPicture } from '#models/proof-messages.ts'
import { type DrawnImage, type Proof, startProof } from '#models/start-proof.ts'
import { getSample } from '#store/sample-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EncodedImage } from '../images/image-service.ts'
import type { MediaSource } from '../images/media-source.ts'

export interface TensorRequest {
  readonly dataset: DatasetHandle
  readonly sampleId: number
  readonly model: ModelSpec
  readonly feeding: Feeding
  readonly seenThrough: PixelFormat
}

export interface DrawnTensorPicture extends Omit<TensorPicture, 'png' | 'marks'> {
  /** By which `find` knows the pictures. */
  readonly key: string
  readonly marksKey: string | null
  /** Of the upright source image, border included. */
  readonly width: number
  readonly height: number
}

interface Held {
  readonly facts: DrawnTensorPicture
  readonly png: Uint8Array
  readonly marks: Uint8Array | null
}

const ofMarks = '-marks'
/** A process costs half a second to start and a hundred megabytes to keep. */
const idleMs = 30_000
/** Of PNGs; a picture of 224 x 224 has about 80 kB. */
const heldBytes = 64 << 20

export class TensorPictures {
  readonly #media: MediaSource
  readonly #entry: string
  /** The process answers one request at a time. */
  readonly #queue = new PQueue({ concurrency: 1 })
  /** In the order in which they were last asked for. */
  readonly #held = new Map<string, Held>()
  readonly #closed = new AbortController()
  #bytes = 0
  #proof: Proof | null = null
  #idle: NodeJS.Timeout | null = null

  constructor(media: MediaSource, entry: string) {
    this.#media = media
    this.#entry = entry
  }

  /** Throws `not_found`, `cancelled`, and what an image cannot be drawn for: `broken_file`, `unsupported_format`, `too_large`. */
  async draw(request: TensorRequest, signal: AbortSignal): Promise<DrawnTensorPicture> {
    const { dataset, sampleId, model, feeding, seenThrough } = request
    const sample = getSample(dataset.db, sampleId)
    if (sample === null) {
      const message = `There is no sample ${sampleId} in ${dataset.meta.name}.`
      throw new FoibleError('not_found', message, { id: sampleId })
    }
    const key = keyOf(request)
    const known = this.#touch(key)
    if (known !== undefined) return known.facts
    const image = await this.#media.fetch(dataset, sample, true, signal)
    const drawn = await this.#queue.add(async () => {
      // Somebody who pages through images leaves most requests behind.
      throwIfCancelled(signal)
      return await this.#drawNow({ model, image, feedings: [feeding], seenThrough })
    })
    const { png, marks, ...seen } = drawn.pictures[0]!
    const marksKey = marks === null ? null : `${key}${ofMarks}`
    const facts = { ...seen, key, marksKey, width: drawn.width, height: drawn.height }
    this.#hold(key, { facts, png, marks })
    return facts
  }

  /** Null where it was never drawn, or too long ago: to be drawn again. */
  find(key: string): EncodedImage | null {
    const isMarks = key.endsWith(ofMarks)
    const held = this.#touch(isMarks ? key.slice(0, -ofMarks.length) : key)
    const bytes = isMarks ? held?.marks : held?.png
    return bytes == null ? null : { bytes, type: 'image/png', etag: key }
  }

  close(): void {
    this.#closed.abort()
    this.#letGo()
  }

  async #drawNow(request: Parameters<Proof['draw']>[0]): Promise<DrawnImage> {
    if (this.#idle !== null) clearTimeout(this.#idle)
    this.#proof ??= startProof(this.#entry, this.#closed.signal)
    try {
      return await this.#proof.draw(request)
    } catch (error) {
      // An image that cannot be drawn leaves the process as it was; one that killed it does not.
      if (error instanceof FoibleError && error.code === 'predictor_failed') this.#letGo()
      throw error
    } finally {
      this.#idle = setTimeout(() => this.#letGo(), idleMs)
      this.#idle.unref()
    }
  }

  #letGo(): void {
    if (this.#idle !== null) clearTimeout(this.#idle)
    this.#proof?.kill()
    this.#proof = null
  }

  #touch(key: string): Held | undefined {
    const held = this.#held.get(key)
    if (held === undefined) return undefined
    this.#held.delete(key)
    this.#held.set(key, held)
    return held
  }

  #hold(key: string, held: Held): void {
    this.#bytes += sizeOf(held) - sizeOf(this.#held.get(key))
    this.#held.delete(key)
    this.#held.set(key, held)
    for (const [oldest, other] of this.#held) {
      if (this.#bytes <= heldBytes || oldest === key) return
      this.#held.delete(oldest)
      this.#bytes -= sizeOf(other)
    }
  }
}

function sizeOf(held: Held | undefined): number {
  return (held?.png.byteLength ?? 0) + (held?.marks?.byteLength ?? 0)
}

/** Everything that a pixel depends on. */
function keyOf({ dataset, sampleId, model, feeding, seenThrough }: TensorRequest): string {
  const { createdAt } = dataset.meta
  const { rescale, mean, std, channelOrder } = seenThrough
  const parts = [
    [dataset.id, createdAt, dataset.rowsVersion, sampleId],
    [model.sha256, model.width, model.height, model.input.type],
    [feeding, rescale, mean, std, channelOrder],
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

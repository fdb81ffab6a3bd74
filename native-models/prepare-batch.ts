// From encoded images to a batch's input tensor. Runs in a worker thread of the prediction process, and blocks it.
import { FoibleError } from '#core/errors.ts'
import type { ModelSpec } from './model-spec.ts'
import type { LoadedItem } from './predict-messages.ts'
import { createImageDecoder } from './preprocess/decode-image.ts'
import { createPreprocessor } from './preprocess/preprocessor.ts'

/** What lies in a batch's tensor, in this order, and what could not be put into it. */
export interface PreparedBatch {
  readonly sampleIds: Uint32Array
  readonly acceptedIds: readonly (readonly number[] | null)[]
  /** Pixels of the upright source images, n x 2 (width, height). */
  readonly sizes: Uint32Array
  readonly failures: readonly { readonly sampleId: number; readonly message: string }[]
}

/** Fills the beginning of `values`, which has room for all items: an image that cannot be read becomes one of the failures. */
type BatchPreparer = (items: readonly LoadedItem[], values: Float32Array) => PreparedBatch

export async function createBatchPreparer(model: ModelSpec): Promise<BatchPreparer> {
  const decodeImage = await createImageDecoder()
  const preprocessor = createPreprocessor(model.preprocessing, model.layout)
  const imageValues = tensorValues({ ...model, batch: null }, 1)
  return (items, values) => {
    const good: LoadedItem[] = []
    const sizes = new Uint32Array(items.length * 2)
    const failures: { sampleId: number; message: string }[] = []
    for (const item of items) {
      try {
        if (typeof item.bytes === 'string') throw new FoibleError('broken_file', item.bytes)
        const image = decodeImage(item.bytes)
        preprocessor.fill(image, values, good.length * imageValues)
        sizes.set([image.width, image.height], good.length * 2)
        good.push(item)
      } catch (error) {
        if (!(error instanceof FoibleError)) throw error
        failures.push({ sampleId: item.sampleId, message: error.message })
      }
    }
    return {
      sampleIds: Uint32Array.from(good, ({ sampleId }) => sampleId),
      acceptedIds: good.map(({ acceptedIds }) => acceptedIds),
      sizes: sizes.slice(0, good.length * 2),
      failures,
    }
  }
}

/** Numbers in the tensor of a batch of so many images; a graph of a fixed batch always gets a whole one. */
export function tensorValues({ width, height, batch }: Pick<ModelSpec, 'width' | 'height' | 'batch'>, images: number) {
  return 3 * width * height * Math.max(images, batch ?? 0)
}

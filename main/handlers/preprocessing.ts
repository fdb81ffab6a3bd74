// Calls that prove a model's preprocessing: what it sees of an image, and whether other ways to feed it are better.
import { FoibleError } from '#core/errors.ts'
import { checkPreprocessing } from '#engine/preprocessing/check-preprocessing.ts'
import { withoutBorder } from '#engine/runs/without-border.ts'
import { formatTensor } from '#models/choose-tensors.ts'
import { describePreprocessing } from '#models/describe-preprocessing.ts'
import type { ModelSpec, Preprocessing } from '#models/model-spec.ts'
import { sizeWithoutBorder } from '#models/preprocess/crop-border.ts'
import type { ChannelRange } from '#models/preprocess/draw-tensor.ts'
import { preprocessedSize } from '#models/read-preprocessing.ts'
import type { HandlerParts, Subject } from './handler-parts.ts'

const colours = ['red', 'green', 'blue'] as const

export function preprocessingHandlers(parts: HandlerParts): Subject<'models.tensor' | 'preprocessing.check'> {
  return {
    'models.tensor': async ({ dataset: datasetId, id, model, feeding, seenThrough }, { signal }) => {
      await parts.ready
      const dataset = parts.library.dataset(datasetId)
      const cropBorderPx = dataset.meta.cropBorderPx ?? 0
      const spec = withoutBorder(await parts.models.spec(model, signal), cropBorderPx)
      const fed =
        feeding === null
          ? { preprocessing: spec.preprocessing, layout: spec.layout }
          : { preprocessing: { ...feeding.steps, cropBorderPx }, layout: feeding.layout }
      assertFits(fed.preprocessing, spec)
      const believed = seenThrough ?? spec.preprocessing
      const { key, marksKey, crop, channels, outsideShare, ...source } = await parts.tensors.draw(
        { dataset, sampleId: id, model: spec, feeding: fed, seenThrough: believed },
        signal,
      )
      const inner = sizeWithoutBorder(source, cropBorderPx)
      const { channelOrder } = fed.preprocessing
      return {
        key,
        marksKey,
        width: spec.width,
        height: spec.height,
        sourceWidth: inner.width,
        sourceHeight: inner.height,
        crop,
        channels: channels.map((channel, i) => ({
          colour: (channelOrder === 'rgb' ? colours : colours.toReversed())[i]!,
          ...numbersOf(channel),
        })),
        outsideShare,
        tensor: `${formatTensor(spec.input)} ${fed.layout.toUpperCase()}`,
        preprocessing: describePreprocessing(fed.preprocessing),
        origin: fed.preprocessing.origin,
      }
    },
    'preprocessing.check': async (input, context) => {
      await parts.ready
      return await checkPreprocessing(parts, input, context)
    },
  }
}

/** Throws `usage` for steps that do not fill the model's input. */
function assertFits(steps: Preprocessing, { name, width, height }: ModelSpec): void {
  const made = preprocessedSize(steps)
  if (made?.width === width && made.height === height) return
  const found = made === null ? 'a size that depends on the image' : `${made.width} x ${made.height} pixels`
  throw new FoibleError('usage', `${name} takes ${width} x ${height} pixels, and these steps make ${found}.`, {
    model: name,
  })
}

function numbersOf({ min, mean, max }: ChannelRange) {
  const orNull = (value: number) => (Number.isFinite(value) ? value : null)
  return { min: orNull(min), mean: orNull(mean), max: orNull(max) }
}

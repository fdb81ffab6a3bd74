// In a prediction process: draws what a model is fed, and scores the same images under several preprocessings. Blocks its thread.
import { FoibleError } from '#core/errors.ts'
import { Transformer } from '@napi-rs/image'
import type { Tensor } from 'onnxruntime-node'
import { imagesWithinBudget } from './batch-limit.ts'
import { loadItems } from './load-items.ts'
import { createInputMaker } from './make-input.ts'
import type { ModelSpec } from './model-spec.ts'
import type { ScoreSession } from './open-session.ts'
import { checkedKind, kindOfTexts } from './predict-batch.ts'
import type { PredictItem } from './predictor.ts'
import { sizeWithoutBorder } from './preprocess/crop-border.ts'
import { type DecodedImage, type ImageDecoder, createImageDecoder } from './preprocess/decode-image.ts'
import { drawTensor } from './preprocess/draw-tensor.ts'
import type { Feeding } from './preprocess/list-candidates.ts'
import { locateCrop } from './preprocess/locate-crop.ts'
import { createPreprocessor } from './preprocess/preprocessor.ts'
import type {
  DrawResult,
  FeedingScores,
  ProofReply,
  ProofRequest,
  ScoredItems,
  TensorPicture,
} from './proof-messages.ts'
import { type RankedScores, rankScores } from './rank-scores.ts'
import { readScores } from './read-scores.ts'
import { scoreTexts } from './score-texts.ts'
import type { OpenSession } from './watch-session.ts'

/** Of decoded images that are kept between requests: a check comes back to the same ones. */
const keptImageBytes = 2 ** 28
/** Tensors that run at once. */
const greatestBatch = 8

type OfType<T extends ProofRequest['type']> = Extract<ProofRequest, { type: T }>

export interface ProofBench {
  readonly answer: (request: ProofRequest) => Promise<ProofReply>
}

export function createProofBench(open: OpenSession): ProofBench {
  let decoder: Promise<ImageDecoder> | null = null
  let scorer: ReturnType<typeof createScorer> | null = null
  const decode = async (bytes: Uint8Array) => (await (decoder ??= createImageDecoder()))(bytes)

  return {
    async answer(request) {
      switch (request.type) {
        case 'draw':
          return { type: 'drawn', result: await draw(request, decode) }
        case 'open-scores':
          scorer = createScorer(request, open, decode)
          await scorer.load()
          return { type: 'scores-open' }
        case 'score':
          if (scorer === null) throw new Error('scored before it was opened')
          return { type: 'scored', result: await scorer.score(request) }
      }
    },
  }
}

type Decode = (bytes: Uint8Array) => Promise<DecodedImage>

async function draw(request: OfType<'draw'>, decode: Decode): Promise<DrawResult> {
  try {
    const image = await decode(await bytesOf({ sampleId: 0, image: request.image, acceptedIds: null }))
    const pictures = request.feedings.map((feeding) => drawOne(request, feeding, image))
    return { pictures, width: image.width, height: image.height }
  } catch (error) {
    if (!(error instanceof FoibleError)) throw error
    return { problem: { code: error.code, message: error.message } }
  }
}

/** Drawn from the very tensor that the runtime would get, after what its type does to the values. */
function drawOne({ model, seenThrough }: OfType<'draw'>, feeding: Feeding, image: DecodedImage): TensorPicture {
  const { width, height } = model
  const { preprocessing, layout } = feeding
  const values = new Float32Array(3 * width * height)
  createPreprocessor(preprocessing, layout).fill(image, values, 0)
  const fed = valuesOf(createInputMaker({ ...model, layout })(values, 1))
  const drawn = drawTensor(fed, { layout, width, height }, seenThrough)
  const toPng = (pixels: Uint8Array) => Transformer.fromRgbaPixels(pixels, width, height).pngSync()
  return {
    png: toPng(drawn.pixels),
    marks: drawn.outsideShare > 0 ? toPng(drawn.marks) : null,
    crop: locateCrop(image.width, image.height, preprocessing),
    channels: drawn.channels,
    outsideShare: drawn.outsideShare,
  }
}

/** Throws `broken_file` where there are none. */
async function bytesOf(item: PredictItem): Promise<Uint8Array> {
  const [loaded] = await loadItems([item])
  if (typeof loaded?.bytes === 'object') return loaded.bytes
  throw new FoibleError('broken_file', loaded?.bytes ?? 'There is no image.')
}

function valuesOf(tensor: Tensor): Float32Array {
  const values = readScores(tensor)
  if (values !== null) return values
  if (tensor.data instanceof Uint8Array) return Float32Array.from(tensor.data)
  throw new Error(`a tensor of ${tensor.type} is drawn`)
}

function createScorer({ model, provider, threads, answers }: OfType<'open-scores'>, open: OpenSession, decode: Decode) {
  const sessions = new Map<ModelSpec['layout'], Promise<ScoreSession>>()
  const images = new Map<number, DecodedImage>()
  const batch = model.batch ?? Math.min(greatestBatch, imagesWithinBudget(model))
  let keptBytes = 0
  let values = new Float32Array(0)

  function sessionOf(layout: ModelSpec['layout']): Promise<ScoreSession> {
    const known = sessions.get(layout)
    if (known !== undefined) return known
    const opening = open({ ...model, layout }, provider, threads)
    sessions.set(layout, opening)
    return opening
  }

  async function imageOf(item: PredictItem): Promise<DecodedImage> {
    const known = images.get(item.sampleId)
    if (known !== undefined) return known
    const decoded = await decode(await bytesOf(item))
    // The dataset's border is the same to every feeding: what is nothing else cannot be fed at all.
    sizeWithoutBorder(decoded, model.preprocessing.cropBorderPx ?? 0)
    keptBytes += decoded.data.byteLength
    if (keptBytes <= keptImageBytes) images.set(item.sampleId, decoded)
    return decoded
  }

  async function score({ items, feedings }: OfType<'score'>): Promise<ScoredItems> {
    const good: { readonly image: DecodedImage; readonly item: PredictItem }[] = []
    const failures: { sampleId: number; message: string }[] = []
    for (const item of items) {
      try {
        good.push({ image: await imageOf(item), item })
      } catch (error) {
        if (!(error instanceof FoibleError)) throw error
        failures.push({ sampleId: item.sampleId, message: error.message })
      }
    }
    const scored: FeedingScores[] = []
    for (const feeding of feedings) {
      scored.push(
        await scoreFeeding(
          feeding,
          good.map(({ image }) => image),
          good.map(({ item }) => item.acceptedIds),
        ),
      )
    }
    return { sampleIds: Uint32Array.from(good, ({ item }) => item.sampleId), failures, feedings: scored }
  }

  async function scoreFeeding(
    { preprocessing, layout }: Feeding,
    decoded: readonly DecodedImage[],
    accepted: readonly (readonly number[] | null)[],
  ): Promise<FeedingScores> {
    const ranks: RankedScores[] = []
    const { fill } = createPreprocessor(preprocessing, layout)
    try {
      const session = await sessionOf(layout)
      if (values.length < batch * session.imageValues) values = new Float32Array(batch * session.imageValues)
      for (let first = 0; first < decoded.length; first += batch) {
        const part = decoded.slice(first, first + batch)
        for (const [i, image] of part.entries()) fill(image, values, i * session.imageValues)
        const output = await session.run(values, part.length)
        ranks.push(rank(output, session.outputValues, accepted.slice(first, first + batch)))
      }
    } catch (error) {
      // Another layout need not fit the graph; what fits it and fails has failed for good.
      if (!(error instanceof FoibleError) || layout === model.layout) throw error
      return { problem: error.message }
    }
    return {
      truthRank: Uint32Array.from(ranks.flatMap(({ truthRank }) => [...truthRank])),
      truthConfidence: Float32Array.from(ranks.flatMap(({ truthConfidence }) => [...truthConfidence])),
      entropy: Float32Array.from(ranks.flatMap(({ entropy }) => [...entropy])),
    }
  }

  function rank(output: Float32Array, outputValues: number, accepted: readonly (readonly number[] | null)[]) {
    if (answers.kind === 'zero-shot') {
      const scores = scoreTexts(output, outputValues, answers)
      return rankScores(scores, answers.classCount, kindOfTexts(answers), accepted, null)
    }
    const kind = checkedKind(model, output, accepted.length)
    return rankScores(output, model.classes.length, kind, accepted, answers.kind === 'masked' ? answers.ids : null)
  }

  return { load: () => sessionOf(model.layout), score }
}

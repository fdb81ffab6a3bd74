import { describe, expect, it } from 'vitest'
import type { Outcomes } from '#core/preprocessing/compare-outcomes.ts'
import { searchFeedings } from '#engine/preprocessing/search-feedings.ts'
import type { Preprocessing } from '#models/model-spec.ts'
import { type Feeding, differingFactors } from '#models/preprocess/list-candidates.ts'
import { nameFeeding } from '#models/preprocess/name-feeding.ts'

const steps: Preprocessing = {
  resize: { kind: 'shortest-edge', size: 256 },
  resample: 'bicubic',
  crop: { width: 224, height: 224 },
  rescale: 1 / 255,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  channelOrder: 'rgb',
  origin: 'test',
}
const model = { input: { name: 'pixels', type: 'float32', shape: [null, 3, 224, 224] }, width: 224, height: 224 }
const feeding = (change: Partial<Preprocessing> = {}): Feeding => ({
  preprocessing: { ...steps, ...change },
  layout: 'nchw',
})

/** A model that was made for `meant`, and sees fewer of 40 images right the more factors differ from it. */
function createScorer(meant: Feeding) {
  const asked: Feeding[] = []
  const outcomesOf = (fed: Feeding): Outcomes => {
    const right = 36 - 12 * differingFactors(meant, fed).length
    const rank = Uint32Array.from({ length: 40 }, (_, i) => (i < right ? 1 : 30))
    return { rank, truth: new Float64Array(40), entropy: new Float64Array(40) }
  }
  const score = (feedings: readonly Feeding[]) => {
    asked.push(...feedings)
    return Promise.resolve(feedings.map(outcomesOf))
  }
  return { asked, outcomesOf, score }
}

async function search(own: Feeding, meant: Feeding, isOver = () => false) {
  const scorer = createScorer(meant)
  const found = await searchFeedings(model, { feeding: own, outcomes: scorer.outcomesOf(own) }, { ...scorer, isOver })
  return { ...found, asked: scorer.asked, name: nameFeeding(found.best.feeding, meant) }
}

describe('searchFeedings', () => {
  it('[PP230] stays with the model’s own where nothing is better, and goes through the factors once', async () => {
    const { best, tried, asked } = await search(feeding(), feeding())
    expect(best.feeding).toEqual(feeding())
    expect(tried).toHaveLength(asked.length + 1)
    expect(asked.every((fed) => differingFactors(feeding(), fed).length === 1)).toBe(true)
  })

  it('[PP231] finds a mistake in one factor, in two, and in three', async () => {
    const wrong = { channelOrder: 'bgr' } as const
    expect((await search(feeding(wrong), feeding())).name).toBe('as it is')
    const worse = { ...wrong, resize: { kind: 'exact', width: 224, height: 224 }, crop: null } as const
    expect((await search(feeding(worse), feeding())).name).toBe('as it is')
    expect((await search(feeding({ ...worse, rescale: 1, mean: [0, 0, 0], std: [1, 1, 1] }), feeding())).name).toBe(
      'as it is',
    )
  })

  it('[PP255] takes back what it followed while something else was wrong', async () => {
    // Made for RGB; while it is fed BGR, ImageNet's values look a little better, and afterwards they make no difference.
    const rightOf = ({ preprocessing: { channelOrder, std } }: Feeding) =>
      channelOrder === 'rgb' ? 36 : std[0] === 0.5 ? 4 : 20
    const outcomesOf = (fed: Feeding): Outcomes => {
      const rank = Uint32Array.from({ length: 40 }, (_, i) => (i < rightOf(fed) ? 1 : 30))
      return { rank, truth: new Float64Array(40), entropy: new Float64Array(40) }
    }
    const own = feeding({ channelOrder: 'bgr' })
    const { best, tried } = await searchFeedings(
      model,
      { feeding: own, outcomes: outcomesOf(own) },
      { score: (feedings) => Promise.resolve(feedings.map(outcomesOf)), isOver: () => false },
    )
    expect(nameFeeding(best.feeding, own)).toBe('RGB')
    expect(tried).toContain(best)
  })

  it('[PP232] tries no feeding twice', async () => {
    const { tried } = await search(feeding({ channelOrder: 'bgr', resample: 'nearest' }), feeding())
    for (const [i, a] of tried.entries()) {
      for (const b of tried.slice(i + 1)) expect(differingFactors(a.feeding, b.feeding)).not.toEqual([])
    }
  })

  it('[PP233] stops between two factors where time has run out, with what it has', async () => {
    let asked = 0
    const { isCutShort, tried } = await search(feeding(), feeding(), () => asked++ > 1)
    expect(isCutShort).toBe(true)
    expect(tried.length).toBeGreaterThan(1)
    expect((await search(feeding(), feeding())).isCutShort).toBe(false)
  })

  it('[PP234] goes on where a candidate cannot be fed', async () => {
    const open = { ...model, input: { ...model.input, shape: [null, null, null, null] } }
    const { outcomesOf } = createScorer(feeding())
    const own = feeding({ channelOrder: 'bgr' })
    const { best, tried } = await searchFeedings(
      open,
      { feeding: own, outcomes: outcomesOf(own) },
      {
        score: (feedings) => Promise.resolve(feedings.map((fed) => (fed.layout === 'nhwc' ? null : outcomesOf(fed)))),
        isOver: () => false,
      },
    )
    expect(tried.filter(({ outcomes }) => outcomes === null)).toHaveLength(1)
    expect(best.feeding.preprocessing.channelOrder).toBe('rgb')
  })
})

// Whether the slice statistics keep their word: simulated, seeded, so that the figures are the same on every machine. Prints the
// share of p <= .05 where nothing is to be found, and the share of false discoveries where bad slices are planted.
// Usage: npm run bench -- calibration
import { fullBitset } from '#core/columns/bitset.ts'
import { computeDiscovery } from '#core/discovery/compute-discovery.ts'
import { computeSlices } from '#core/slices/compute-slices.ts'
import { createRandom } from './synthetic-library.ts'

const runs = 200
const significant = 0.05
const rate = 0.1

/** Like the background images of ImageNet-D: 113 classes of very different difficulty, 468 backgrounds, most of them rare. */
const imageCount = 3764
const classCount = 113
const valueCount = 468
const planted = 20

interface Scene {
  readonly classes: Uint8Array
  readonly values: Uint16Array
  readonly others: readonly Uint8Array[]
  /** By class. */
  readonly difficulty: readonly number[]
}

interface SceneOptions {
  /** Classes that a value's images come from; all of them where none is given. */
  readonly classesOfValue?: number
}

function drawScene(random: () => number, { classesOfValue }: SceneOptions): Scene {
  const difficulty = Array.from({ length: classCount + 1 }, () => 0.05 + 0.9 * random())
  const values = Uint16Array.from({ length: imageCount }, () => 1 + Math.floor(random() ** 1.5 * valueCount))
  const classes = Uint8Array.from(values, (value) => {
    if (classesOfValue === undefined) return 1 + Math.floor(random() * classCount)
    return 1 + ((value * 37 + Math.floor(random() * classesOfValue) * 11) % classCount)
  })
  const others = [12, 4].map((size) => Uint8Array.from({ length: imageCount }, () => 1 + Math.floor(random() * size)))
  return { classes, values, others, difficulty }
}

/** Verdicts of `models` models that fail together at times: 1 wrong, 2 right. */
function drawVerdicts(random: () => number, scene: Scene, models: number, isBad: (row: number) => boolean) {
  const shared = Float64Array.from(scene.classes, random)
  return Array.from({ length: models }, () =>
    Uint8Array.from(scene.classes, (code, row) => {
      const failure = isBad(row) ? 1 - (1 - scene.difficulty[code]!) * 0.25 : scene.difficulty[code]!
      return (random() < 0.5 ? shared[row]! : random()) < failure ? 1 : 2
    }),
  )
}

const never = () => false
const percent = (share: number) => `${(share * 100).toFixed(1)} %`

function print(what: string, figure: string, target: string): void {
  console.log(`${what.padEnd(84)} ${figure.padStart(9)}   target ${target}`)
}

/** The share of p <= .05, and of runs with any discovery, where the field has no say. */
function underTheNull(seed: number, models: number, adjust: 'auto' | 'off', options: SceneOptions) {
  const random = createRandom(seed)
  let [small, all, withDiscovery] = [0, 0, 0]
  for (let run = 0; run < runs; run++) {
    const scene = drawScene(random, options)
    const table = computeSlices({
      rows: fullBitset(imageCount),
      values: scene.values,
      valueCount,
      classes: scene.classes,
      classCount,
      correct: drawVerdicts(random, scene, models, never),
      adjust,
    })
    const tested = table.rows.filter(({ q }) => q !== null)
    all += tested.length
    small += tested.filter(({ p }) => p <= significant).length
    if (tested.some(({ q }) => q! <= rate)) withDiscovery++
  }
  return { share: small / all, slices: all / runs, withDiscovery: withDiscovery / runs }
}

/** Mean share of false ones among the discoveries, and of planted ones that were found. */
function planting(seed: number, models: number) {
  const random = createRandom(seed)
  let [proportions, found] = [0, 0]
  for (let run = 0; run < runs; run++) {
    const scene = drawScene(random, {})
    // Every twentieth of the more frequent values: the rare ones could not be found by anybody.
    const bad = new Set(Array.from({ length: planted }, (_, i) => 1 + i * 5))
    const table = computeSlices({
      rows: fullBitset(imageCount),
      values: scene.values,
      valueCount,
      classes: scene.classes,
      classCount,
      correct: drawVerdicts(random, scene, models, (row) => bad.has(scene.values[row]!)),
      adjust: 'auto',
    })
    const discoveries = table.rows.filter(({ q }) => q !== null && q <= rate)
    const right = discoveries.filter(({ valueCode }) => bad.has(valueCode)).length
    proportions += discoveries.length === 0 ? 0 : (discoveries.length - right) / discoveries.length
    found += right / planted
  }
  return { proportion: proportions / runs, found: found / runs }
}

/**
 * The same over three fields and their pairs. A slice that stands by itself is a false discovery where its own failure rate is
 * not raised by any planted slice, i.e. where it holds no image of one.
 */
function discovering(seed: number) {
  const random = createRandom(seed)
  let [proportions, planted, unfolded] = [0, 0, 0]
  for (let run = 0; run < runs; run++) {
    const scene = drawScene(random, {})
    const [second, third] = scene.others
    // One value of the second field, and one pair of the second and the third.
    const isBad = (row: number) => second![row] === 3 || (second![row] === 7 && third![row] === 2)
    const discovery = computeDiscovery({
      rows: fullBitset(imageCount),
      classes: scene.classes,
      classCount,
      correct: drawVerdicts(random, scene, 1, isBad),
      fields: [
        { codes: scene.values, size: valueCount },
        { codes: second!, size: 12 },
        { codes: third!, size: 4 },
      ],
      minSupport: 20,
      pairs: true,
    })
    const standing = discovery.found.filter(
      ({ direction, explainedBy }) => direction === 'more' && explainedBy === null,
    )
    const isFalse = standing.filter(({ parts }) =>
      scene.values.every((value, row) => {
        const codes = [value, second![row]!, third![row]!]
        return !isBad(row) || parts.some(({ field, valueCode }) => codes[field] !== valueCode)
      }),
    )
    proportions += standing.length === 0 ? 0 : isFalse.length / standing.length
    unfolded += standing.filter(
      ({ parts }) => parts.length === 2 && parts.some(({ field, valueCode }) => field === 1 && valueCode === 3),
    ).length
    const names = new Set(
      standing.map(({ parts }) => parts.map(({ field, valueCode }) => `${field}=${valueCode}`).join()),
    )
    planted += (Number(names.has('1=3')) + Number(names.has('1=7,2=2'))) / 2
  }
  return { proportion: proportions / runs, found: planted / runs, unfolded: unfolded / runs }
}

console.log(
  `${runs} seeded runs each: ${imageCount} images, ${classCount} classes, ${valueCount} values, ${planted} planted\n`,
)
const nulls = [
  { name: 'one model', models: 1, adjust: 'auto', options: {} },
  { name: 'three models', models: 3, adjust: 'auto', options: {} },
  { name: 'one model, eight classes a value', models: 1, adjust: 'auto', options: { classesOfValue: 8 } },
  { name: 'one model, without class adjustment', models: 1, adjust: 'off', options: {} },
] as const
for (const [index, { name, models, adjust, options }] of nulls.entries()) {
  const { share, slices, withDiscovery } = underTheNull(11 + index, models, adjust, options)
  print(`null, ${name}: share of p <= .05 (${slices.toFixed(0)} slices tested)`, percent(share), '3 to 6 %')
  print(`null, ${name}: runs with a discovery at q <= .10`, percent(withDiscovery), 'about 10 % at most')
}
for (const models of [1, 3]) {
  const { proportion, found } = planting(31 + models, models)
  print(
    `planted, ${models} model${models === 1 ? '' : 's'}: false discovery proportion at q <= .10`,
    percent(proportion),
    '12 % at most',
  )
  print(`planted, ${models} model${models === 1 ? '' : 's'}: planted slices found`, percent(found), '-')
}
const { proportion, found, unfolded } = discovering(41)
print('discovery: false among the slices that stand by themselves', percent(proportion), '12 % at most')
print('discovery: planted value and planted pair found', percent(found), '-')
print(
  'discovery: pairs of the planted value, which explains them, that stand beside it, a run',
  unfolded.toFixed(3),
  '-',
)

// Damage to JSON that stays JSON: values of other types, keys that objects have by themselves, names that lead elsewhere.
import { mutateBytes } from './mutate-bytes.ts'
import { hostileTexts } from './hostile-texts.ts'
import type { Random } from './random.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Text that stands for a value which JSON.stringify cannot write; replaced in the text afterwards. */
const raw = (text: string): string => `\u0001${text}\u0001`

const oddValues: readonly ((random: Random) => Json)[] = [
  () => null,
  () => true,
  () => -1,
  () => 0.5,
  () => 1e308,
  () => 2 ** 53,
  () => '',
  () => [],
  () => ({}),
  () => [null],
  () => [[[]]],
  () => raw('NaN'),
  () => raw('-Infinity'),
  () => raw('1e999'),
  () => raw('123456789012345678901234567890'),
  () => raw('"\\ud800"'),
  (random) => raw('['.repeat(random.pick([90, 101, 5000, 300_000]))),
  (random) => nest(random.pick([90, 101, 5000, 300_000])),
  () => ({ $oid: 5 }),
  () => ({ $date: { $numberLong: '9'.repeat(30) } }),
  () => ({ $date: '+999999-13-45' }),
  () => ({ $numberLong: '-0x10' }),
  () => ({ $binary: 'AAAA', $type: '00' }),
  () => ({ $binary: { base64: 7, subType: null } }),
  () => ({ toString: 1, valueOf: 2, toJSON: 3 }),
  () => ({ length: 4_000_000_000 }),
  () => ({ _cls: 'Classification', label: ['x'], confidence: 'high' }),
  () => ({ _cls: 'Classifications', classifications: { 0: null } }),
  () => ({ _cls: 'Detections', detections: null }),
  (random) => random.pick(hostileTexts),
  (random) => 'x'.repeat(random.pick([1000, 70_000, 2_000_000])),
  (random) => Array.from({ length: random.pick([100, 10_000]) }, (_, i) => i),
  (random) => Object.fromEntries(Array.from({ length: random.pick([100, 5000]) }, (_, i) => [`k${i}`, i])),
]

const oddKeys = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', 'length', '', '0', 'split', '_id']

/** One document; broken as bytes where it is none to begin with, and now and then all the same. */
export function mutateJson(random: Random, bytes: Uint8Array): Uint8Array {
  if (random.isLikely(0.2)) return mutateBytes(random, bytes)
  let value: Json
  try {
    value = JSON.parse(
      Buffer.from(bytes)
        .toString('utf8')
        .replace(/\bNaN\b/g, 'null'),
    ) as Json
  } catch {
    return mutateBytes(random, bytes)
  }
  const root = { value }
  const count = 1 + random.int(3)
  for (let i = 0; i < count; i++) change(random, root)
  return Buffer.from(write(root.value))
}

/** One line of JSON lines; lines are also repeated, dropped and joined. */
export function mutateJsonLines(random: Random, bytes: Uint8Array): Uint8Array {
  const lines = Buffer.from(bytes).toString('utf8').split('\n')
  const at = random.int(lines.length)
  const line = Buffer.from(lines[at] ?? '')
  if (line.length === 0 || random.isLikely(0.15)) return mutateBytes(random, bytes)
  const mutated = Buffer.from(mutateJson(random, line))
  const before = Buffer.from(
    lines
      .slice(0, at)
      .map((text) => `${text}\n`)
      .join(''),
  )
  const after = Buffer.from(
    lines
      .slice(at + 1)
      .map((text) => `\n${text}`)
      .join(''),
  )
  return Buffer.concat([before, mutated, ...(random.isLikely(0.1) ? [mutated] : []), after])
}

function write(value: Json | undefined): string {
  return JSON.stringify(value ?? null).replace(
    /"\\u0001(.*?)\\u0001"/g,
    (_, text: string) => JSON.parse(`"${text}"`) as string,
  )
}

function nest(depth: number): Json {
  return raw(`${'{"a":['.repeat(depth / 2)}${']}'.repeat(depth / 2)}`)
}

/** Goes down to a random place and changes what is there. */
function change(random: Random, root: { value: Json }): void {
  let holder: { [key: string]: Json } | Json[] = root
  let key: string | number = 'value'
  for (let depth = random.int(8); depth > 0; depth--) {
    const inner: Json | undefined = (holder as Record<string | number, Json>)[key]
    if (typeof inner !== 'object' || inner === null) break
    const keys: readonly string[] = Object.keys(inner)
    if (keys.length === 0) break
    holder = inner
    key = random.pick(keys)
  }
  changeAt(random, holder, key, root.value)
}

function changeAt(random: Random, holder: { [key: string]: Json } | Json[], key: string | number, whole: Json): void {
  const slot = holder as Record<string | number, Json>
  const own = slot[key] ?? null
  switch (random.int(8)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1)
      else delete slot[key]
      return
    case 1:
      if (Array.isArray(holder)) holder.push(...new Array<Json>(random.pick([1, 20, 2000])).fill(own))
      else define(holder, random.pick(oddKeys), own)
      return
    case 2:
      if (Array.isArray(holder)) holder.reverse()
      else define(holder, `${key}`.toUpperCase(), own)
      return
    case 3:
      slot[key] = pickInside(random, whole)
      return
    case 4:
      if (typeof own === 'string') {
        slot[key] = random.pick([
          own.slice(0, random.int(own.length)),
          own + random.pick(hostileTexts),
          own.normalize('NFD'),
        ])
        return
      }
      if (typeof own === 'number') {
        slot[key] = random.pick([-own, own + 0.5, own * 1e15, String(own)])
        return
      }
      break
    default:
  }
  slot[key] = random.pick(oddValues)(random)
}

/** As JSON.parse does it: `__proto__` becomes a key like any other. */
function define(holder: object, key: string, value: Json): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true })
}

function pickInside(random: Random, whole: Json): Json {
  let value = whole
  for (let depth = 1 + random.int(6); depth > 0; depth--) {
    if (typeof value !== 'object' || value === null) break
    const values: Json[] = Object.values(value)
    if (values.length === 0) break
    value = random.pick(values)
  }
  return structuredClone(value)
}

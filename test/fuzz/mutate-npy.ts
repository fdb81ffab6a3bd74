// Damage to NumPy arrays: the header's text, the lengths before it; deflated as FiftyOne stores them, or not.
import { deflateSync } from 'node:zlib'
import { joinBytes, mutateBytes } from './mutate-bytes.ts'
import type { Random } from './random.ts'

const types = ['<f8', '<f4', '<f2', '>i8', '|b1', '|u1', '<u8', '<c16', '|O', '<U10', '<f16', '<i3', "<f4', 'x': '"]
const shapes = [
  '()',
  '(0,)',
  '(-1,)',
  '(4,)',
  '(3, 0)',
  '(2, 2, 2, 2, 2, 2)',
  '(1000000000,)',
  '(4294967296, 4294967296)',
  `(0, ${'9'.repeat(400)})`,
  `(${'1, '.repeat(5000)})`,
  '(2,,2)',
]

/** Deflated as a rule. */
export function mutateNpy(random: Random, bytes: Uint8Array): Uint8Array {
  let array: Uint8Array = bytes
  if (random.isLikely(0.6)) {
    const text = Buffer.from(bytes).toString('latin1')
    const changed = random.isLikely(0.5)
      ? text.replace(/'descr': '[^']*'/, () => `'descr': '${random.pick(types)}'`)
      : text.replace(/'shape': \([^)]*\)/, () => `'shape': ${random.pick(shapes)}`)
    const order = random.isLikely(0.3) ? changed.replace('False', 'True') : changed
    array = Buffer.from(order, 'latin1')
  }
  if (random.isLikely(0.5)) array = mutateBytes(random, array)
  if (random.isLikely(0.3)) return array
  const zeros = random.isLikely(0.03) ? Buffer.alloc(random.pick([1 << 20, 63 << 20, 80 << 20])) : new Uint8Array()
  const deflated = deflateSync(joinBytes([array, zeros]), { level: 1 })
  return random.isLikely(0.2) ? mutateBytes(random, deflated) : deflated
}

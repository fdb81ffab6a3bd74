import { expect, it } from 'vitest'
import { mutateFile } from '../../fuzz/mutate-file.ts'
import { Random } from '../../fuzz/random.ts'

const files: readonly (readonly [name: string, content: string])[] = [
  ['a.json', '{"samples":[{"filepath":"a.png","tags":["x"]}]}'],
  ['a.jsonl', '{"file_name":"a.png"}\n{"file_name":"b.png"}\n'],
  ['a.csv', 'file_name,label\na.png,cat\n'],
  ['a.yml', 'format: FiftyOneDataset\ntags:\n  - x\n'],
  ['a.npy', "\x93NUMPY\x01\0\x30\0{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }\n0000"],
  ['a.bin', 'some bytes or other'],
]

it.each(files)('[FZ3] the same case does the same damage, another one another: %s', (name, content) => {
  const bytes = Buffer.from(content, 'latin1')
  const damage = (seed: string) => Buffer.from(mutateFile(new Random(seed), name, bytes)).toString('base64')
  const seeds = Array.from({ length: 40 }, (_, i) => `case ${i}`)
  expect(seeds.map(damage)).toEqual(seeds.map(damage))
  expect(new Set(seeds.map(damage)).size).toBeGreaterThan(20)
})

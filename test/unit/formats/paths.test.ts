import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileGlob } from '#formats/glob.ts'
import { readLines } from '#formats/lines.ts'
import { normalizeRelativePath } from '#formats/safe-path.ts'
import { splitOfName } from '#formats/splits.ts'

describe('paths', () => {
  it('[FM70] never leave the root, whatever they are made of', () => {
    const part = fc.oneof(fc.constantFrom('..', '.', '', 'a', 'b c', 'C:', '~', '...', '..\\', '\\'), fc.string())
    fc.assert(
      fc.property(fc.array(part), fc.constantFrom('/', '\\'), (parts, separator) => {
        const path = normalizeRelativePath(parts.join(separator), 'base')
        expect(path === null || (path.startsWith('base/') && !path.split('/').includes('..'))).toBe(true)
      }),
      { seed: 3 },
    )
  })

  it('[FM71] match patterns as cards write them', () => {
    const matches = (pattern: string, ...paths: string[]) => paths.filter(compileGlob(pattern))
    expect(matches('data/train-*', 'data/train-00000-of-00002.parquet', 'data/test-1', 'data/train-x/y')).toEqual([
      'data/train-00000-of-00002.parquet',
    ])
    expect(matches('data/**/*.jpg', 'data/a.jpg', 'data/b/c/d.jpg', 'x/a.jpg', 'data/a.png')).toEqual([
      'data/a.jpg',
      'data/b/c/d.jpg',
    ])
    expect(matches('**', 'a', 'b/c.png')).toEqual(['a', 'b/c.png'])
    expect(matches('{train,dev}/[0-9]?.p+ng', 'train/12.p+ng', 'dev/3x.p+ng', 'dev/x3.p+ng', 'test/12.p+ng')).toEqual([
      'train/12.p+ng',
      'dev/3x.p+ng',
    ])
    expect(matches('./a[!b]', 'ac', 'ab')).toEqual(['ac'])
  })

  it('[FM72] speak of a split by a word at their start or end', () => {
    expect(
      ['train', 'Training_2', 'my-test', 'val.1', 'dev', 'evaluation', 'trainee', 'contest', 'test tube'].map(
        splitOfName,
      ),
    ).toEqual(['train', 'train', 'test', 'validation', 'validation', 'test', null, null, 'test'])
  })
})

describe('lines', () => {
  it('[FM73] end at line feeds only, wherever the chunks break', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll(/[\n\r]/g, '') + '\u2028é')),
        fc.integer({ min: 1, max: 9 }),
        async (lines, size) => {
          const bytes = new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join(''))
          const chunks = (async function* () {
            for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size))
          })()
          const read: string[] = []
          for await (const line of readLines(chunks, 'x.jsonl')) read.push(line)
          expect(read).toEqual(lines)
        },
      ),
      { seed: 5 },
    )
  })
})

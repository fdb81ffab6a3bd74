import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FoibleError } from '#core/errors.ts'
import { expandArchives } from '#formats/archive-tree.ts'
import type { FileTree } from '#formats/dataset-reader.ts'
import { collect } from '../../support/collect.ts'
import { makeZip, type ZipPart } from '../../support/make-zip.ts'
import { createMemoryTree } from '../../support/memory-tree.ts'
import { neverAborted, openTree } from '../../support/open-dataset.ts'
import { readIndex } from '../../support/read-index.ts'

const parts: readonly ZipPart[] = [
  { name: 'cat/1.png', content: 'one '.repeat(100) },
  { name: 'cat/', content: '' },
  { name: 'dog/2.png', content: 'two', isStored: true },
  { name: 'dog/3.png', content: 'three', isLong: true },
]

async function expand(files: Readonly<Record<string, string | Uint8Array>>, chosen?: string): Promise<FileTree> {
  const tree = createMemoryTree(files)
  return await expandArchives(
    chosen === undefined ? tree : { ...tree, name: chosen, root: '/data', chosen },
    neverAborted,
  )
}

const paths = async (tree: FileTree) => (await tree.list(neverAborted)).map(({ path }) => path)
const rules = (tree: FileTree) => tree.findings().map(({ rule, examples }) => [rule, examples])
const textOf = (bytes: Uint8Array | ArrayBuffer) => new TextDecoder().decode(bytes)

describe('zip archives in a tree', () => {
  it('[WD30] show their members in their place, read whole, as streams and by ranges', async () => {
    const tree = await expand({ 'data/train.zip': makeZip(parts), 'a.md': '' })
    expect(await tree.list(neverAborted)).toEqual([
      { path: 'a.md', sizeBytes: 0, sha256: null },
      { path: 'data/train.zip/cat/1.png', sizeBytes: 400, sha256: null },
      { path: 'data/train.zip/dog/2.png', sizeBytes: 3, sha256: null },
      { path: 'data/train.zip/dog/3.png', sizeBytes: 5, sha256: null },
    ])
    for (const [path, content] of [
      ['data/train.zip/cat/1.png', 'one '.repeat(100)],
      ['data/train.zip/dog/2.png', 'two'],
      ['data/train.zip/dog/3.png', 'three'],
    ] as const) {
      expect(textOf(await tree.read(path, 400, neverAborted))).toBe(content)
      expect(textOf(Buffer.concat(await collect(tree.stream(path, neverAborted))))).toBe(content)
      const file = await tree.openWhole(path, neverAborted)
      expect([file.byteLength, textOf(await file.slice(1, 3)), textOf(await file.slice(1))]).toEqual([
        content.length,
        content.slice(1, 3),
        content.slice(1),
      ])
    }
    await expect(tree.read('data/train.zip/cat/1.png', 399, neverAborted)).rejects.toMatchObject({ code: 'too_large' })
  })

  it('[WD30] are the root where they were chosen, without a folder around everything', async () => {
    const outer = parts.map((part) => ({ ...part, name: `holiday/${String(part.name)}` }))
    for (const packed of [parts, outer]) {
      const tree = await expand({ 'pets.zip': makeZip(packed) }, 'pets.zip')
      expect([tree.name, tree.root, tree.chosen]).toEqual(['pets', '/data/pets.zip', undefined])
      expect(await paths(tree)).toEqual(['cat/1.png', 'dog/2.png', 'dog/3.png'])
      const rows = await readIndex(await openTree(tree))
      expect(rows.map(({ label }) => label)).toEqual(['cat', 'dog', 'dog'])
    }
    const inFolder = await expand({ 'pets.zip': makeZip(parts) })
    expect((await paths(inFolder))[0]).toBe('pets.zip/cat/1.png')
    const split = await expand({ 'x.zip': makeZip([{ name: 'test/1.png', content: '' }]) }, 'x.zip')
    expect(await paths(split)).toEqual(['test/1.png'])
  })

  it('[WD31] are opened where the card lists them, or where nothing lies beside them', async () => {
    const zip = makeZip(parts)
    const readme = '---\nconfigs:\n- config_name: default\n  data_files:\n  - split: dev\n    path: listed.zip\n---\n'
    const listed = await expand({ 'README.md': readme, '1.png': '', 'listed.zip': zip, 'other.zip': zip })
    expect(await paths(listed)).toEqual([
      '1.png',
      'README.md',
      'listed.zip/cat/1.png',
      'listed.zip/dog/2.png',
      'listed.zip/dog/3.png',
      'other.zip',
    ])
    const rows = await readIndex(await openTree(listed))
    expect(rows.map(({ fileName, split }) => [fileName, split])).toEqual([
      ['listed.zip/cat/1.png', 'dev'],
      ['listed.zip/dog/2.png', 'dev'],
      ['listed.zip/dog/3.png', 'dev'],
    ])
    for (const beside of ['1.png', 'a.parquet', 'a.tar', 'samples.json'])
      expect(await paths(await expand({ [beside]: '', 'extras.zip': zip }))).toEqual([beside, 'extras.zip'])
    const words = await expand({ 'train.zip': zip, 'test.zip': zip })
    expect((await readIndex(await openTree(words))).map(({ split }) => split)).toEqual([
      'test',
      'test',
      'test',
      'train',
      'train',
      'train',
    ])
  })

  it('[WD7] never give out links or paths that lead out', async () => {
    const tree = await expand({
      'x.zip': makeZip([
        { name: '../1.png', content: 'a' },
        { name: '/2.png', content: 'b' },
        { name: 'C:\\3.png', content: 'c' },
        { name: 'a\\4.png', content: 'd' },
        { name: 'link.png', content: '/etc/passwd', mode: 0o120777 },
        { name: 'ok.png', content: 'e' },
        { name: './ok.png', content: 'f' },
        { name: '__MACOSX/._ok.png', content: 'g' },
      ]),
    })
    expect(await paths(tree)).toEqual(['x.zip/ok.png'])
    expect(textOf(await tree.read('x.zip/ok.png', 10, neverAborted))).toBe('e')
    expect(rules(tree)).toEqual([
      ['unsafe_member', ['x.zip: ../1.png', 'x.zip: /2.png', 'x.zip: C:\\3.png', 'x.zip: a\\4.png']],
      ['archive_link', ['x.zip: link.png']],
      ['repeated_member', ['x.zip: ok.png']],
    ])
  })

  it.each<[string, Partial<ZipPart>, string]>([
    ['encrypted members', { flags: 0x801 }, 'unsupported_format'],
    ['strong encryption', { flags: 0x841 }, 'broken_file'],
    ['methods other than deflate', { method: 12 }, 'unsupported_format'],
    ['sizes that deflate cannot reach', { sizeBytes: 90_000 }, 'too_large'],
    ['endless members', { sizeBytes: 2 ** 33, isLong: true }, 'too_large'],
  ])('[WD32] are refused for %s', async (_, lie, code) => {
    const zip = makeZip([{ name: '1.png', content: 'x'.repeat(40), ...lie }])
    await expect(expand({ 'x.zip': zip })).rejects.toMatchObject({ code, details: { file: 'x.zip' } })
  })

  it('[WD32] are refused where their members share bytes', async () => {
    const zip = Buffer.from(makeZip([{ name: '1.png', content: Buffer.alloc(20_000, 'abc'), isStored: true }]))
    // The directory names the same member many times.
    const end = zip.length - 22
    const entry = zip.subarray(zip.readUInt32LE(end + 16), end)
    const last = Buffer.from(zip.subarray(end))
    last.writeUInt16LE(3, 8)
    last.writeUInt16LE(3, 10)
    const bomb = Buffer.concat([zip.subarray(0, end), entry, entry, last])
    await expect(expand({ 'x.zip': bomb })).rejects.toMatchObject({ code: 'too_large' })
  })

  it('[WD33] do not give out a member that is not what they say', async () => {
    const tree = await expand({
      'x.zip': makeZip([
        { name: 'checksum.png', content: 'a', crc: 1 },
        { name: 'longer.png', content: 'x'.repeat(50), sizeBytes: 49 },
        { name: 'shorter.png', content: 'x'.repeat(50), sizeBytes: 51 },
      ]),
    })
    for (const name of ['checksum', 'longer', 'shorter']) {
      await expect(tree.read(`x.zip/${name}.png`, 1000, neverAborted)).rejects.toMatchObject({
        code: 'broken_file',
        details: { file: 'x.zip', member: `${name}.png` },
      })
    }
  })

  it('[WD33] are read or refused, whatever was damaged', async () => {
    const zip = makeZip(parts)
    const changes = fc.array(fc.tuple(fc.nat(zip.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(zip.length), fc.boolean(), async (changed, end, isCut) => {
        const copy = Uint8Array.from(isCut ? zip.subarray(0, end) : zip)
        for (const [at, byte] of changed) copy[at % Math.max(1, copy.length)] = byte
        try {
          const tree = await expand({ 'x.zip': copy })
          for (const { path } of await tree.list(neverAborted)) await tree.read(path, 1 << 20, neverAborted)
        } catch (error) {
          expect(error).toBeInstanceOf(FoibleError)
          expect(error).toMatchObject({
            code: expect.stringMatching(/^(?:broken_file|unsupported_format|too_large)$/),
          })
        }
      }),
      { numRuns: 400, seed: 33 },
    )
  })

  it('[WD34] have names in UTF-8 with or without a mark, and in the old code page', async () => {
    const tree = await expand({
      'x.zip': makeZip([
        { name: 'é1.png', content: '' },
        { name: 'é2.png', content: '', flags: 0 },
        { name: Uint8Array.from([0x82, ...Buffer.from('3.png')]), content: '', flags: 0 },
      ]),
    })
    expect(await paths(tree)).toEqual(['x.zip/é1.png', 'x.zip/é2.png', 'x.zip/é3.png'])
  })
})

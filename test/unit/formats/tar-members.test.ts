import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FoibleError } from '#core/errors.ts'
import { listTarMembers, type TarMember } from '#formats/tar-members.ts'
import { neverAborted } from '../../support/open-dataset.ts'
import { collect } from '../../support/collect.ts'
import { blocks, makeTar, oldHeader, type TarPart } from '../../support/make-tar.ts'

function fileOf(bytes: Uint8Array) {
  const read: [start: number, end: number][] = []
  return {
    read,
    byteLength: bytes.length,
    slice: (start: number, end = bytes.length) => {
      read.push([start, end])
      return Promise.resolve(Uint8Array.from(bytes.subarray(start, end)).buffer)
    },
  }
}

async function list(bytes: Uint8Array, wants: (name: string) => boolean = () => true): Promise<TarMember[]> {
  return await collect(listTarMembers(fileOf(bytes), 'x.tar', ({ name }) => wants(name), neverAborted))
}

const text = (content: Uint8Array | null) => content && new TextDecoder().decode(content)

describe('members of a tar archive', () => {
  it('[WD3] have the names, places and contents that were packed', async () => {
    const names = fc.stringMatching(/^[a-zé漢 ./]{1,150}$/u).filter((name) => !name.endsWith('/'))
    const parts = fc.array(fc.tuple(names, fc.uint8Array({ maxLength: 1500 })), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(parts, async (packed) => {
        const bytes = await makeTar(packed)
        const members = await list(bytes)
        expect(members.map(({ name, content }) => [name, Uint8Array.from(content ?? [])])).toEqual(packed)
        for (const { start, sizeBytes, content } of members)
          expect(Buffer.from(bytes.subarray(start, start + sizeBytes)).equals(content ?? Buffer.of())).toBe(true)
      }),
      { numRuns: 60, seed: 31 },
    )
  })

  it('[WD3] are found under GNU long names, old Unix headers and sizes in base 256', async () => {
    const long = `${'d/'.repeat(80)}long.txt`
    const base256 = Buffer.alloc(12)
    base256[0] = 0x80
    base256[11] = 3
    const bytes = Buffer.concat([
      oldHeader('././@LongLink', long.length + 1, 'L'),
      blocks(`${long}\0`),
      oldHeader('cut', 2, '0'),
      blocks('hi'),
      oldHeader('big.txt', 0, '0', base256),
      blocks('abc'),
      Buffer.alloc(1024),
    ])
    const members = await list(bytes)
    expect(members.map(({ name, content }) => [name, text(content)])).toEqual([
      [long, 'hi'],
      ['big.txt', 'abc'],
    ])
  })

  it('[WD4] are read only where they are wanted', async () => {
    const large = new Uint8Array(3 << 20).fill(7)
    const file = fileOf(
      await makeTar([
        ['a.txt', 'one'],
        ['a.png', large],
        ['b.txt', 'two'],
        ['b.png', large],
      ]),
    )
    const wants = ({ name }: { readonly name: string }) => name.endsWith('.txt')
    const members = await collect(listTarMembers(file, 'x.tar', wants, neverAborted))
    expect(members.map(({ name, content }) => [name, text(content)])).toEqual([
      ['a.txt', 'one'],
      ['a.png', null],
      ['b.txt', 'two'],
      ['b.png', null],
    ])
    expect(file.read.reduce((sum, [start, end]) => sum + end - start, 0)).toBeLessThan(1 << 20)
  })

  it('[WD5] of an archive that is cut off are refused with the place, wherever it ends', async () => {
    const bytes = await makeTar([
      ['a.txt', 'one'],
      ['b.png', new Uint8Array(2000)],
      ['c.txt', 'three'],
    ])
    const lastByte = 512 + 512 + 512 + 2048 + 512 + 5
    for (let end = 1; end < lastByte; end += 37) {
      const whole = [0, 1024, 1024 + 2560].includes(end)
      if (whole) continue
      await expect(list(bytes.subarray(0, end)), `cut at ${end}`).rejects.toMatchObject({
        code: 'broken_file',
        details: { file: 'x.tar', position: expect.any(Number) },
      })
    }
  })

  it('[WD5] of a damaged archive are read or refused', async () => {
    const bytes = await makeTar([
      ['a/1.txt', 'one'],
      [`${'é'.repeat(80)}.png`, new Uint8Array(700)],
      ['c.json', '{}'],
    ])
    const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(changes, async (changed) => {
        const copy = Uint8Array.from(bytes)
        for (const [at, byte] of changed) copy[at] = byte
        const failure = await list(copy).then(
          () => null,
          (error: unknown) => error,
        )
        if (failure === null) return
        expect(failure).toBeInstanceOf(FoibleError)
        expect(failure).toMatchObject({ code: expect.stringMatching(/^(?:broken_file|unsupported_format)$/) })
      }),
      { numRuns: 300, seed: 32 },
    )
  })

  it.each([
    ['gzip', [0x1f, 0x8b, 8, 0]],
    ['bzip2', [0x42, 0x5a, 0x68, 0x39]],
    ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
    ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ])('[WD6] of an archive compressed with %s are refused with the way out', async (method, magic) => {
    await expect(list(Uint8Array.from([...magic, ...new Array<number>(600).fill(0)]))).rejects.toMatchObject({
      code: 'unsupported_format',
      message: expect.stringMatching(new RegExp(`${method}.*unpack it to a plain .tar`)),
    })
  })

  it('[WD6] that are sparse are refused by name', async () => {
    const old = Buffer.concat([oldHeader('holes.png', 3, 'S'), blocks('abc'), Buffer.alloc(1024)])
    const pax: TarPart = ['x', 'abc', { pax: { 'GNU.sparse.major': '1', path: 'GNUSparseFile.0/holes.png' } }]
    for (const bytes of [old, await makeTar([pax])]) {
      await expect(list(bytes)).rejects.toMatchObject({
        code: 'unsupported_format',
        message: expect.stringContaining('holes.png'),
      })
    }
  })
})

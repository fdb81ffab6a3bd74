// The command line as a program of its own, through the bin.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const bin = resolve(import.meta.dirname, '../../../build/foible.mjs')

let library: string

beforeAll(async () => {
  library = await mkdtemp(join(tmpdir(), 'foible-cli-'))
})
afterAll(() => rm(library, { recursive: true, force: true }))

function foible(
  ...args: string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [bin, ...args, '--library', library], (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr })
    })
  })
}

describe('foible', () => {
  it('[SH5] prints help', async () => {
    const { code, stdout } = await foible('--help')
    expect(code).toBe(0)
    expect(stdout).toContain('Usage: foible')
    for (const command of ['import', 'predict', 'slices', 'serve']) expect(stdout).toContain(`  ${command}`)
  })

  it('[SH5] ends with 3 and an error document when the dataset is not there', async () => {
    const { code, stdout, stderr } = await foible('slices', 'none', '--field', 'a', '--models', 'b', '--json')
    expect(code).toBe(3)
    expect(stdout).toBe('')
    expect(JSON.parse(stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({ error: { code: 'not_found' } })
  })

  it('[SH5] ends with 2 and one sentence when it is used wrongly', async () => {
    const { code, stderr } = await foible('predict')
    expect(code).toBe(2)
    expect(stderr.trim().split('\n').at(-1)).toMatch(/^foible: .+ \[usage\]$/)
  })

  it('[SH5] prints one JSON document', async () => {
    const { code, stdout } = await foible('datasets', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual([])
  })
})

// A field that is inferred by a program that is killed time and again, until it is whole.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { expect, it } from 'vitest'
import { DatasetHandle } from '#engine/dataset-handle.ts'
import { candidateCount, inferredSources, openInferred } from '#store/inferred-columns.ts'
import { childrenOf, untilGone } from '../../e2e/drive/processes.ts'
import { drawColours } from '../../support/colour-folder.ts'
import { createTempFolder } from '../../support/temp-folder.ts'
import { openTestEngine, projectRoot } from '../../support/test-engine.ts'

const images = 120
const encoder = path.join(projectRoot, 'test/fixtures/models/dual-encoders/clip')

/** What is stored of each image that has a value, by row. */
function readStored(library: string, dataset: string, field: string): Map<number, string> {
  const handle = new DatasetHandle(dataset, path.join(library, 'datasets', dataset))
  try {
    if (!handle.columns.fields.some(({ name }) => name === field)) return new Map()
    const { sources, codes, scores, candidates } = openInferred(handle.columns, field)
    const rows = Array.from(sources.keys()).filter((row) => sources[row] !== inferredSources.none)
    const others = (row: number) => Array.from(candidates.slice(row * candidateCount, (row + 1) * candidateCount))
    return new Map(rows.map((row) => [row, JSON.stringify([codes[row], scores[row], others(row)])]))
  } finally {
    handle.close()
  }
}

it.skipIf(process.platform !== 'linux')(
  '[QL17] loses no stored value of a field, wherever the program that infers it is killed, and ends as without a kill',
  async () => {
    const root = await createTempFolder()
    const library = path.join(root, 'library')
    const engine = await openTestEngine(library)
    await engine.addModel(encoder, 'clip')
    await drawColours(path.join(root, 'drawn'), images)
    const dataset = await engine.import(path.join(root, 'drawn'))
    await engine.close()

    /** Runs to its end, or until it stands still after so many changes, or has told so many times, and is killed. */
    const run = async (field: string, { standsAt = 0, told = Infinity }: { standsAt?: number; told?: number }) => {
      const args = ['test/support/infer-until-killed.ts', library, dataset, 'clip', field, String(standsAt)]
      const child = spawn(process.execPath, args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'ignore'] })
      const ended = new Promise<string>((resolve) =>
        child.once('close', (code, signal) => resolve(signal ?? String(code))),
      )
      let left = standsAt > 0 ? 1 : told
      let children: number[] = []
      for await (const text of child.stdout.setEncoding('utf8')) {
        left -= String(text).trim().split('\n').length
        if (left > 0) continue
        left = Infinity
        children = await childrenOf(child.pid!)
        child.kill('SIGKILL')
      }
      const end = await ended
      // Nothing of it outlives the program.
      for (const pid of children) await untilGone(pid)
      return end
    }

    expect(await run('whole', {})).toBe('0')
    const expected = readStored(library, dataset, 'whole')
    expect(expected.size).toBe(images)

    // The first change is the field itself, the second one comes with the first values.
    expect(await run('place', { standsAt: 1 })).toBe('SIGKILL')
    expect(readStored(library, dataset, 'place').size).toBe(0)
    let before = new Map<number, string>()
    for (const moment of [{ told: 2 }, { standsAt: 2 }, {}]) {
      await run('place', moment)
      const stored = readStored(library, dataset, 'place')
      for (const row of before.keys()) expect(stored.has(row), `row ${row}`).toBe(true)
      for (const [row, value] of stored) expect(value).toBe(expected.get(row))
      if (moment.standsAt === 2) expect(stored.size).toBeGreaterThan(0)
      before = stored
    }
    expect(before).toEqual(expected)
  },
)

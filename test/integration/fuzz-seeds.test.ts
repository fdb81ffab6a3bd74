import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CaseRunner, parseCase } from '../fuzz/cases.ts'
import { readers } from '../fuzz/readers.ts'
import { makeFolder } from '../support/test-engine.ts'

const seedsFile = path.resolve(import.meta.dirname, '../fuzz/seeds.json')
const seeds = JSON.parse(await readFile(seedsFile, 'utf8')) as { case: string; found: string }[]

/** What decoders and readers refuse undamaged: kinds of images, and a JSON file that is none of images by itself. */
const refused = /^(?:plain\.(?:ff|gif|hdr|qoi)|human_accuracy_v3\.0\.json)$/

let folder: Awaited<ReturnType<typeof makeFolder>>
let runner: CaseRunner

beforeAll(async () => {
  folder = await makeFolder()
  runner = new CaseRunner(folder.folder)
})
afterAll(() => folder.remove())

it.each(seeds)('[FZ1] what once broke Foible is read, or refused with a reason: $found', async (seed) => {
  const { verdict, detail } = await runner.run(parseCase(seed.case))
  expect(['ok', 'typed'], detail).toContain(verdict)
})

it.each(Object.keys(readers))('[FZ2] what the fuzzer damages can be read before: %s', async (reader) => {
  const files = await runner.files(reader)
  expect(files.length).toBeGreaterThan(0)
  for (const [corpus, file] of new Map(files.map((each) => [each.corpus, each.file]))) {
    const { verdict, detail } = await runner.run({ reader, corpus, file, seed: 0 })
    expect(verdict, `${file}: ${detail}`).toBe(refused.test(path.basename(file)) ? 'typed' : 'ok')
  }
})

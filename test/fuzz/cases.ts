// One case: a reader, a file of a corpus, a number. The same three give the same damage, and so the same result; the number 0
// leaves the file as it is.
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { FoibleError } from '#core/errors.ts'
import { importDataset } from '#engine/imports/import-job.ts'
import { corpora, listFiles } from './corpora.ts'
import { mutateFile } from './mutate-file.ts'
import { context, openParts } from './open-parts.ts'
import { Random } from './random.ts'
import { type Bench, readers } from './readers.ts'
import { UnsoundResult } from './assert-sound.ts'

export interface CaseName {
  readonly reader: string
  readonly corpus: string
  readonly file: string
  readonly seed: number
}

/** `ok` and `typed` (a FoibleError) are good; `unclassified` is any other error, `unsound` a result that cannot be. */
export interface Outcome {
  readonly verdict: 'ok' | 'typed' | 'unclassified' | 'unsound'
  /** The error's code, or its stack. */
  readonly detail: string
}

/** Of a sentence that somebody has to read. */
const longestMessage = 2000

/** `json/fiftyone-dataset/samples.json:17` */
export function formatCase({ reader, corpus, file, seed }: CaseName): string {
  return `${reader}/${corpus}/${file}:${seed}`
}

/** Throws for what `formatCase` has not written. */
export function parseCase(text: string): CaseName {
  const [, reader, corpus, file, seed] = /^([^/]+)\/([^/]+)\/(.+):(\d+)$/.exec(text) ?? []
  if (reader === undefined || corpus === undefined || file === undefined || !(reader in readers))
    throw new Error(`“${text}” names no case; it looks like json/fiftyone-dataset/samples.json:17`)
  return { reader, corpus, file, seed: Number(seed) }
}

/** Runs cases in a folder of its own. */
export class CaseRunner {
  readonly #folder: string
  #bench: Promise<Bench> | null = null
  readonly #corpora = new Map<string, Promise<string>>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** The files that a reader is attacked with. */
  async files(reader: string): Promise<readonly Pick<CaseName, 'corpus' | 'file'>[]> {
    const found: Pick<CaseName, 'corpus' | 'file'>[] = []
    for (const [corpus, wanted] of Object.entries(readers[reader]?.files ?? {})) {
      for (const file of await listFiles(await this.#corpus(corpus)))
        if (wanted.test(file)) found.push({ corpus, file })
    }
    return found
  }

  async run(name: CaseName): Promise<Outcome> {
    const reader = readers[name.reader]!
    const bench = await (this.#bench ??= this.#openBench())
    const folder = await this.#corpus(name.corpus)
    const file = path.join(folder, name.file)
    const original = await readFile(file)
    const random = new Random(formatCase(name))
    if (name.seed !== 0) await writeFile(file, mutateFile(random, name.file, original))
    try {
      await reader.read(bench, file, folder, random)
      return { verdict: 'ok', detail: '' }
    } catch (error) {
      return judge(error)
    } finally {
      await writeFile(file, original)
    }
  }

  #corpus(name: string): Promise<string> {
    const folder = path.join(this.#folder, 'corpora', name)
    const writing = this.#corpora.get(name) ?? writeCorpus(name, folder)
    this.#corpora.set(name, writing)
    return writing
  }

  async #openBench(): Promise<Bench> {
    const parts = openParts(path.join(this.#folder, 'library'))
    const source = await this.#corpus('joined')
    const choices = { name: null, split: null, maxSamples: null, copy: false, format: null, useAdapter: false }
    await importDataset(parts, { source: { kind: 'path', path: source }, dataset: 'joined', ...choices }, context)
    const goodImage = path.join(this.#folder, 'good.jpg')
    await cp(path.join(await this.#corpus('pictures'), 'subsampled.jpg'), goodImage)
    return { parts, dataset: 'joined', goodImage }
  }
}

async function writeCorpus(name: string, folder: string): Promise<string> {
  const write = corpora.get(name)
  if (write === undefined) throw new Error(`there is no corpus “${name}”`)
  await mkdir(folder, { recursive: true })
  await write(folder)
  return folder
}

function judge(error: unknown): Outcome {
  if (error instanceof UnsoundResult) return { verdict: 'unsound', detail: error.message }
  if (!(error instanceof FoibleError) || error.code === 'internal') {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { verdict: 'unclassified', detail: stack.slice(0, 3000) }
  }
  if (error.message.length > longestMessage)
    return { verdict: 'unsound', detail: `${error.code} with a message of ${error.message.length} characters` }
  return { verdict: 'typed', detail: error.code }
}

// Findings are looked up by their rule in docs/formats.md: what the code can report and what is listed there are the same.
import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '../../..')

async function readSources(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.ts'))
  return (await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')))).join('\n')
}

/** The first group of every match. */
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => found!)

async function listReported(): Promise<Set<string>> {
  const log = await readFile(path.join(root, 'main/formats/finding-log.ts'), 'utf8')
  const linter = await readFile(path.join(root, 'main/engine/lint/lint-dataset.ts'), 'utf8')
  const sources = await readSources(path.join(root, 'main'))
  return new Set([
    ...all(log, /^ {2}([a-z0-9_]+): \[/gm),
    ...all(linter, /^ {2}'([a-z_]+)',$/gm),
    ...all(sources, /\brule(?:: | = )'([a-z_]+)'/g),
    ...all(sources, /'((?:adapter|joined)_[a-z0-9_]+)'/g),
  ])
}

/** What the tables of the findings list in their first column, and what their introduction names. */
async function listDocumented() {
  const document = await readFile(path.join(root, 'docs/formats.md'), 'utf8')
  const [, findings] = /^## Findings\n(.*?)^## /ms.exec(document)!
  const cells = findings!.split('\n').flatMap((line) => (line.startsWith('| `') ? [line.split('|')[1]!] : []))
  const ids = (text: string) => all(text, /`([a-z0-9_]+)`/g)
  return { tables: new Set(cells.flatMap(ids)), anywhere: new Set(ids(findings!)) }
}

describe('docs/formats.md', () => {
  it('[XR5] lists every rule of a finding, and no other', async () => {
    const [reported, documented] = [await listReported(), await listDocumented()]
    expect(reported.size).toBeGreaterThan(90)
    expect([...reported].filter((rule) => !documented.anywhere.has(rule))).toEqual([])
    expect([...documented.tables].filter((rule) => !reported.has(rule))).toEqual([])
  })
})

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand, runJson } from '../../support/run-command.ts'
import { makeFolder } from '../../support/test-engine.ts'

let folder: Awaited<ReturnType<typeof makeFolder>>
const file = (name: string) => path.join(folder.folder, name)
const foible = async (...args: string[]) => await runJson([...args, '--library', file('library')])

beforeAll(async () => {
  folder = await makeFolder()
  await mkdir(file('rows'))
  await writeFile(file('rows/metadata.csv'), 'file_name,label\na/1.png,cat\na/2.png,cat\nb/1.png,dog\n')
  await foible('import', file('rows'))
})
afterAll(() => folder.remove())

describe('foible sidecar, foible predictions', () => {
  it('[SD30] joins the columns that are asked for, in the way that is asked for', async () => {
    await writeFile(file('f.csv'), 'what,x,y\n2,0.5,u\n1,1,v\n')
    const joined = await foible('sidecar', 'rows', file('f.csv'), '--columns', 'x', '--join', 'what:stem')
    expect(joined).toMatchObject({ matched: 1, unmatched: 1, ambiguous: 1, fields: [{ name: 'x', kind: 'number' }] })
    const usage = await runCommand(['sidecar', 'rows', file('f.csv'), '--join', 'what', '--library', file('library')])
    expect(usage.code).toBe(2)
    const missing = await runCommand(['sidecar', 'rows', file('none.csv'), '--library', file('library')])
    expect(missing.code).toBe(3)
  })

  it('[SD30] takes predictions in and out', async () => {
    await writeFile(file('p.csv'), 'file_name,predicted_class\na/1.png,cat\nb/1.png,cat\n')
    const imported = await foible('predictions', 'import', 'rows', file('p.csv'), '--model', 'm')
    expect(imported).toMatchObject({ run: 1, matched: 2, unmatched: 0 })
    const out = await foible(
      'predictions',
      'export',
      'rows',
      '--model',
      'm',
      '--out',
      file('o.csv'),
      '--where',
      'label = dog',
    )
    expect(out).toMatchObject({ rows: 1, name: 'o.csv' })
    expect(await readFile(file('o.csv'), 'utf8')).toBe(
      'file_name,predicted_class,predicted_probability\r\nb/1.png,cat,\r\n',
    )
  })
})

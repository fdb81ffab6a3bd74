// foible labels and --label-map, as scripts use them.
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { LabelMap } from '#contract/labels.ts'
import { drawColours } from '../../support/colour-folder.ts'
import { runCommand, runJson } from '../../support/run-command.ts'
import { makeFolder } from '../../support/test-engine.ts'

const model = 'efficientnet-lite0'
let root: string
let remove: () => Promise<void>

beforeAll(async () => {
  const made = await makeFolder()
  ;({ folder: root, remove } = made)
  await drawColours(path.join(root, 'drawn'), 8)
  await mkdir(path.join(root, 'maps'))
  await writeFile(path.join(root, 'maps/import.csv'), 'class,ids\nred,n01440764\nblue,7;8\n')
  await writeFile(path.join(root, 'maps/later.json'), '{"red": "hen", "blue": null}')
})
afterAll(() => remove())

const library = () => ['--library', path.join(root, 'library')]
const labels = async (...flags: string[]) => {
  const map = (await runJson(['labels', 'drawn', '--model', model, ...flags, ...library()])) as LabelMap
  return Object.fromEntries(map.classes.map((row) => [row.class, [row.how, ...row.accepted.map(({ id }) => id)]]))
}

it('[LS33] lists the map of a dataset, and decides by option or file, also while importing', async () => {
  const map = path.join(root, 'maps/import.csv')
  await runJson(['import', path.join(root, 'drawn'), '--label-map', map, ...library()])
  const imported = { red: ['file', 0], blue: ['file', 7, 8], green: ['none'], purple: ['none'] }
  expect(await labels()).toEqual(imported)
  expect(await labels('--set', 'green=3; 4', '--set', 'purple=')).toEqual({
    ...imported,
    green: ['person', 3, 4],
    purple: ['person'],
  })
  expect(await labels('--map', path.join(root, 'maps/later.json'), '--unset', 'green', '--unset', 'purple')).toEqual({
    ...imported,
    red: ['file', 8],
    blue: ['file'],
  })
  const said = await runCommand(['labels', 'drawn', '--model', model, ...library()])
  expect(said.out).toMatch(/red +2 +file +8 hen/)
  expect(said.out).toContain('3 classes without an answer: 6 samples are not judged.')
  for (const text of ['green', '=3', 'green=three']) {
    const refused = await runCommand(['labels', 'drawn', '--model', model, '--set', text, ...library()])
    expect([text, refused.code]).toEqual([text, 2])
  }
})

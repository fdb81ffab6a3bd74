// foible doctor DATASET.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { datasetFile } from '#store/migrations/dataset.ts'
import { openDatabase } from '#store/sqlite.ts'
import { runCommand, runJson } from '../../support/run-command.ts'
import { makeFolder } from '../../support/test-engine.ts'

it('[WT16] doctor tells whether the columns of a dataset agree', async () => {
  const { folder, remove } = await makeFolder()
  onTestFinished(remove)
  const library = path.join(folder, 'library')
  const index = path.join(folder, 'rows.csv')
  await writeFile(index, ['file_name,label,place', 'a.png,cat,wall', 'b.png,dog,', 'c.png,cat,sky'].join('\n'))
  expect((await runCommand(['import', index, '--library', library])).code).toBe(0)
  const doctor = ['doctor', 'rows', '--library', library]
  expect(await runCommand(doctor)).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+ columns agree/) })
  expect(await runJson(doctor)).toMatchObject({ problems: [] })
  const db = openDatabase(path.join(library, 'datasets/rows/dataset.sqlite'), datasetFile)
  db.prepare('DELETE FROM sample WHERE id = 3').run()
  db.close()
  const damaged = await runCommand(doctor)
  expect(damaged.code).toBe(4)
  expect(damaged.out).toBe('There are 2 samples up to id 2 for 3 rows.\n')
  expect(damaged.err).toContain('do not agree')
})

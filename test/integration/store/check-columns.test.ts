// The checker of columns: it finds nothing in what the engine writes, and each kind of damage.
import { expect, it, onTestFinished } from 'vitest'
import { checkColumns } from '#store/check-columns.ts'
import type { DatasetHandle } from '#engine/dataset-handle.ts'
import { type RandomRow, models, openRandomDataset } from './random-dataset.ts'

const rows = Array.from({ length: 70 }, (_, i): RandomRow => ({
  label: ['cello', 'violin'][i % 2]!,
  plain: ['x', 'y', null][i % 3]!,
  odd: 'Ä',
  score: i / 2,
  fine: i % 2 === 0 ? null : 0.1,
  flag: i % 4 === 0,
  tagged: i % 5 === 0,
  answers: models.map((_model, at) => (i % 3 === at ? null : { id: i % 5, right: i % 2 === 0, probability: 0.5 })),
}))

async function open(): Promise<DatasetHandle> {
  const { handle, close } = await openRandomDataset(rows)
  onTestFinished(close)
  return handle
}

function check(handle: DatasetHandle) {
  const steps = checkColumns(handle.columns)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

it('[WT14] the checker finds nothing amiss in fields, tags, findings, and runs with batches still staged', async () => {
  const { columns, problems } = check(await open())
  expect(problems).toEqual([])
  expect(columns).toBeGreaterThan(40)
})

it('[WT15] the checker tells memory from the file, codes without a value, damaged chunks and missing samples', async () => {
  const handle = await open()
  const plain = handle.columns.column({ kind: 'field', name: 'plain' })
  const score = handle.columns.column({ kind: 'field', name: 'score' })
  if (plain.kind !== 'codes' || score.kind !== 'numbers') throw new Error('other kinds of fields')
  plain.codes[3] = 77
  score.values[0] = NaN
  handle.columns.tag('my tag')[0]! ^= 1
  const { columnId } = handle.columns.field('odd')
  handle.db.prepare(`UPDATE chunk SET data = x'010203', type = 'f32/planes' WHERE column_id = ?`).run(columnId)
  const { columnId: fineId } = handle.columns.field('fine')
  handle.db.prepare('UPDATE chunk SET version = version + 1 WHERE column_id = ?').run(fineId)
  handle.db.prepare('DELETE FROM sample WHERE id = 70').run()
  const { problems } = check(handle)
  expect(problems).toContain('field “plain”: 1 values in memory are not those in the file.')
  expect(problems).toContain('field “plain”: 1 values are not in its list of values.')
  expect(problems).toContain('field “score”: 1 values in memory are not those in the file.')
  expect(problems).toContain('tag “my tag”: 1 values in memory are not those in the file.')
  expect(problems).toContain('There are 69 samples up to id 69 for 70 rows.')
  expect(problems.filter((problem) => /^field “odd”: .*damaged/.test(problem))).toHaveLength(1)
  expect(problems.filter((problem) => problem.includes('is older than a chunk of it'))).toHaveLength(1)
  expect(problems).toHaveLength(7)
})

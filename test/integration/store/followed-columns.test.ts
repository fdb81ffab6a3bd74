// Columns that get their arrays from others of the same dataset, as those of a thread do, and follow what these forget.
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Column } from '#core/columns/column.ts'
import type { Path } from '#core/filter/expr.ts'
import { DatasetColumns } from '#store/dataset-columns.ts'
import { putFinding } from '#store/finding-table.ts'
import { deleteRun, insertRun, listRunClasses } from '#store/run-table.ts'
import { openToRead } from '#store/sqlite.ts'
import { deleteTag, insertTag } from '#store/tag-table.ts'
import { type RandomRow, models, openRandomDataset } from './random-dataset.ts'

const rows = Array.from({ length: 40 }, (_, i): RandomRow => {
  const answer = i % 3 === 0 ? null : { id: i % 5, right: i % 2 === 0, probability: 0.5 }
  return {
    label: ['cello', 'violin'][i % 2]!,
    plain: ['x', 'y', null][i % 3]!,
    odd: 'Ä',
    score: i / 2,
    fine: 0.1,
    flag: i % 4 === 0,
    tagged: i % 5 === 0,
    answers: models.map(() => answer),
  }
})

async function openBoth() {
  const { handle, close } = await openRandomDataset(rows)
  const db = openToRead(path.join(handle.folder, 'dataset.sqlite'))
  onTestFinished(() => {
    db.close()
    close()
  })
  const followed = handle.columns
  const read: string[] = []
  const follower = new DatasetColumns(db, rows.length, (key) => {
    read.push(JSON.stringify(key))
    return followed.packed(key)
  })
  return { handle, followed, follower, read }
}

/** Every array that one may ask columns for. */
function arraysOf(columns: DatasetColumns): unknown[] {
  const fields = columns.fields.flatMap(({ name }): Path[] => [
    { kind: 'field', name },
    { kind: 'source', field: name },
    { kind: 'score', field: name },
    { kind: 'margin', field: name },
  ])
  const runs = columns.runs.flatMap(({ model }) =>
    (['predicted', 'correct', 'top5_correct', 'confidence', 'entropy'] as const).map((property): Path => ({
      kind: 'run',
      model,
      property,
    })),
  )
  return [
    ...[...fields, ...runs].map((name) => arrayOf(columns.column(name))),
    columns.candidates('guess'),
    columns.tag('my tag'),
    columns.finding('odd_ones'),
  ]
}

function arrayOf(column: Column): unknown {
  if (column.kind === 'codes') return column.codes
  return column.kind === 'numbers' ? column.values : column
}

function expectSame(follower: DatasetColumns, followed: DatasetColumns): void {
  const [own, others] = [arraysOf(follower), arraysOf(followed)]
  expect(own.length).toBe(others.length)
  expect(own.every((array, i) => array === others[i])).toBe(true)
}

it('[WT12] columns of a thread are the engine’s own memory, and ask for each array once', async () => {
  const { followed, follower, read } = await openBoth()
  expectSame(follower, followed)
  expectSame(follower, followed)
  expect(new Set(read).size).toBe(read.length)
  expect(read.length).toBeGreaterThan(40)
})

it('[WT13] columns of a thread forget what the engine forgot, even what is there again by the same name', async () => {
  const { handle, followed, follower } = await openBoth()
  expectSame(follower, followed)
  const { stamp } = followed.changes
  expect(followed.changes.since(stamp)).toEqual({ names: false, findings: false, fields: [], tags: [], runs: [] })
  followed.forget('guess')
  handle.write(() => deleteTag(handle.db, followed.tags[0]!))
  followed.reloadNames()
  handle.write(() => insertTag(handle.db, 'my tag'))
  const { id, ...run } = followed.run(models[2])
  const classes = listRunClasses(handle.db, id)
  for (const work of [() => deleteRun(handle.db, id), () => insertRun(handle.db, run, classes)]) {
    handle.write(work)
    followed.reloadNames()
  }
  const rowsFound = followed.finding('odd_ones').slice().fill(0)
  const finding = { rule: 'odd_ones', count: 0, message: '', action: '', examples: [], rows: rowsFound }
  handle.write(() => putFinding(handle.db, finding))
  followed.reloadFindings()
  const forgotten = followed.changes.since(stamp)
  expect(forgotten).toEqual({ names: true, findings: true, fields: ['guess'], tags: ['my tag'], runs: [id] })
  follower.follow(forgotten)
  expectSame(follower, followed)
  expect(arraysOf(follower).at(-1)).toEqual(rowsFound)
})

// Renumbers the samples of the dataset in the given folder and is killed before that is whole.
import path from 'node:path'
import { datasetFile } from '#store/migrations/dataset.ts'
import { newRow, rewriteRows } from '#store/rewrite-rows.ts'
import { openDatabase } from '#store/sqlite.ts'

const db = openDatabase(path.join(process.argv[2]!, 'dataset.sqlite'), datasetFile)
rewriteRows(db, Int32Array.of(2, 0, newRow), () => {
  process.kill(process.pid, 'SIGKILL')
  throw new Error('still alive')
})

// Runs that are killed time and again, the program or its prediction process, until they are whole.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { expect, it } from 'vitest'
import { DatasetHandle } from '#engine/dataset-handle.ts'
import { getColumnRecord, loadColumn } from '#store/packed-column.ts'
import { listStagedBatches } from '#store/run-table.ts'
import { decodeStagedBatch } from '#store/staged-batch.ts'
import { createRandom } from '../../bench/synthetic-library.ts'
import { childrenOf, killIfThere, untilGone } from '../../e2e/drive/processes.ts'
import { colourModel, drawColours } from '../../support/colour-folder.ts'
import { makeFolder, openTestEngine, projectRoot } from '../../support/test-engine.ts'

const images = 300
const kills = 8
const model = 'colours'

/** What lies in the file: the rows that are folded into columns, and those that are staged, each as often as it is there. */
function readStored(library: string, dataset: string) {
  const handle = new DatasetHandle(dataset, path.join(library, 'datasets', dataset))
  try {
    const run = handle.columns.runs.find((known) => known.model === model)
    if (run === undefined) return { folded: [], staged: [], answers: new Map<number, string>() }
    const record = getColumnRecord(handle.db, `run:${run.id}:predicted`)
    const codes = record === null ? [] : Array.from(loadColumn(handle.db, record, handle.rowCount))
    const folded = codes.flatMap((code, row) => (code === 0 ? [] : [row + 1]))
    const staged = listStagedBatches(handle.db, run.id).flatMap((data) => [...decodeStagedBatch(data).sampleIds])
    const columns = handle.columns.runColumns(model)
    const ids = [...folded, ...staged]
    return { folded, staged, answers: new Map(ids.map((id) => [id, JSON.stringify(columns.answers(id - 1))])) }
  } finally {
    handle.close()
  }
}

it.skipIf(process.platform !== 'linux')(
  '[RN40] loses no finished batch and doubles none, whichever process is killed and however often',
  async () => {
    const { folder: root, remove } = await makeFolder()
    try {
      const library = path.join(root, 'library')
      const engine = await openTestEngine(library)
      await engine.addModel(colourModel, model)
      await drawColours(path.join(root, 'drawn'), images)
      const dataset = await engine.import(path.join(root, 'drawn'), { name: 'killed' })
      const whole = await engine.import(path.join(root, 'drawn'), { name: 'whole' })
      await engine.predict(whole, model, { batch: 1 })
      await engine.close()
      const expected = readStored(library, whole).answers
      const random = createRandom(40)

      /** Runs until it ends or, having told of its images so many times, one of its processes is killed. */
      const run = async (lines: number, victim: 'program' | 'predictor', goesOn: boolean) => {
        const args = ['test/support/predict-until-killed.ts', library, dataset, model, '', goesOn ? 'on' : '']
        const child = spawn(process.execPath, args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'ignore'] })
        let told = 0
        let left = lines
        let children: number[] = []
        const ended = new Promise<string>((resolve) =>
          child.once('close', (code, signal) => resolve(signal ?? String(code))),
        )
        for await (const text of child.stdout.setEncoding('utf8')) {
          const counts = String(text).trim().split('\n')
          told = Math.max(told, ...counts.map(Number))
          left -= counts.length
          if (left > 0) continue
          left = Infinity
          children = await childrenOf(child.pid!)
          for (const pid of victim === 'program' ? [child.pid!] : children) killIfThere(pid)
        }
        const end = await ended
        // Nothing of it outlives the program.
        for (const pid of children) await untilGone(pid)
        return { end, told }
      }

      let before = new Set<number>()
      let killed = 0
      for (let kill = 0; ; kill++) {
        const isLast = kill === kills || before.size === images
        const victim = random() < 0.5 ? 'program' : 'predictor'
        // The first one stands still until it is killed; the others may be done before, on a fast machine.
        const { end, told } = await (kill === 0
          ? run(1, 'program', false)
          : run(isLast ? Infinity : 1 + Math.floor(random() * 2), victim, true))
        const { folded, staged, answers } = readStored(library, dataset)
        expect(new Set([...folded, ...staged]).size, `kill ${kill}`).toBe(folded.length + staged.length)
        expect(answers.size).toBeGreaterThanOrEqual(told)
        for (const id of before) expect(answers.has(id), `sample ${id} after kill ${kill}`).toBe(true)
        for (const [id, answer] of answers) expect(answer).toBe(expected.get(id))
        before = new Set(answers.keys())
        if (end !== '0') killed++
        if (!isLast) continue
        expect(end).toBe('0')
        break
      }
      expect(before.size).toBe(images)
      // How many more kills it takes to the end is a matter of the machine.
      expect(killed).toBeGreaterThan(0)
    } finally {
      await remove()
    }
  },
)

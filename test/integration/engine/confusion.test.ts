// Confusion of a run with gaps: everything adds up, equals a count image by image, and every filter finds what was counted.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Confusion } from '#contract/confusion.ts'
import { cellDifference } from '#core/confusion/cell-differences.ts'
import { everything, type FilterExpr } from '#core/filter/expr.ts'
import { matrixAxes } from '../../../renderer/confusion/axis-model.ts'
import { cellFilter, filterTerms } from '../../../renderer/confusion/confusion-filters.ts'
import { drawMatrix } from '../../../renderer/confusion/matrix-model.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine } from '../../support/test-engine.ts'

// Two classes of ImageNet are called crane; no model knows a martian.
const labels = ['tench', 'goldfish', 'great white shark', 'crane', 'martian', '']
const idsOf: Record<string, readonly number[]> = {
  tench: [0],
  goldfish: [1],
  'great white shark': [2],
  crane: [134, 517],
}
const answers = [0, 1, 2, 134, 517, 300, 301]

interface Row {
  readonly name: string
  readonly label: string
  readonly background: string
  /** What the image itself accepts; null: what its class does. */
  readonly accepted: readonly number[] | null
  /** By model; null: no prediction. */
  readonly said: readonly (number | null)[]
}

let folder: Awaited<ReturnType<typeof makeFolder>>
let engine: TestEngine
let dataset: string
const rows = drawRows()

function drawRows(): Row[] {
  let state = 11
  const draw = <T>(from: readonly T[]): T => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return from[Math.floor((state / 2 ** 32) * from.length)]!
  }
  return Array.from({ length: 400 }, (_, i) => {
    const label = draw(labels)
    const own = idsOf[label] ?? []
    return {
      name: `${i}.jpg`,
      label,
      background: draw(['beach', 'street', 'forest', '']),
      // Sets differ within a class, so that the class itself is found by its name.
      accepted: own.length > 0 ? draw([null, null, [1], [2, 300], [0, 1, 2]]) : null,
      said: [0, 1].map(() =>
        draw([0, 1, 2, 3, 4]) === 0 ? null : own.length > 0 && draw([0, 1]) === 0 ? draw(own) : draw(answers),
      ),
    }
  })
}

/** 0: wrong, 1: right, null: not judged. */
function verdictOf({ label, accepted, said }: Row, model: number): boolean | null {
  const ids = accepted ?? idsOf[label]
  const answer = said[model] ?? null
  return answer === null || ids === undefined ? null : ids.includes(answer)
}

beforeAll(async () => {
  folder = await makeFolder()
  engine = await openTestEngine(path.join(folder.folder, 'library'))
  const index = path.join(folder.folder, 'index.csv')
  const lines = rows.map((row) => [row.name, row.label, row.background, row.accepted?.join(';') ?? ''].join())
  await writeFile(index, ['file_name,label,background,label_ids', ...lines].join('\n'))
  dataset = await engine.import(index)
  for (const [model, name] of ['a', 'b'].entries()) {
    const file = path.join(folder.folder, `${name}.csv`)
    const given = rows.flatMap(({ name: image, said }) => (said[model] === null ? [] : [`${image},${said[model]}`]))
    await writeFile(file, ['file_name,predicted_class', ...given].join('\n'))
    const place = engine.engine.places.register(file)
    const { job } = await engine.call('predictions.import', { dataset, place, model: name, joinBy: null })
    await engine.engine.jobs.wait(job.id)
  }
})

afterAll(async () => {
  await engine.close()
  await folder.remove()
})

const confusionOf = (value: string | null) =>
  engine.call('confusion.compute', {
    dataset,
    filter: everything,
    model: 'a',
    by: value === null ? null : { kind: 'field', name: 'background' },
    value,
  })

const countIn = async (filter: FilterExpr) =>
  (await engine.call('query.counts', { dataset, filter, facets: [], top: 1 })).total

const sum = (counts: Iterable<number>) => [...counts].reduce((total, count) => total + count, 0)

function countedAs({ classes, truth, predicted, count }: Pick<Confusion, 'classes' | 'truth' | 'predicted' | 'count'>) {
  const nameOf = (index: number) => classes[index]?.name ?? '-'
  return Object.fromEntries(
    Array.from(truth, (row, cell) => [`${nameOf(row)} > ${nameOf(predicted[cell]!)}`, count[cell]]),
  )
}

function countBy(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1
  return counts
}

describe('the confusion of a run with gaps', () => {
  it('[CX10] has judged and unjudged samples as a count image by image has them, and they add up', async () => {
    // Ids that one class accepts bear its name. Whatever else was said has the model's own.
    const classOf = (id: number) => Object.keys(idsOf).find((label) => idsOf[label]!.includes(id)) ?? `id ${id}`
    const keyOf = (row: Row) => {
      const answer = row.said[0] ?? null
      const right = verdictOf(row, 0)
      const said = answer === null ? '-' : right === true ? row.label : classOf(answer)
      return `${row.label || '-'} > ${right === false && said === row.label ? 'own class, not accepted' : said}`
    }
    for (const value of [null, 'beach']) {
      const confusion = await confusionOf(value)
      const named = {
        ...confusion,
        classes: confusion.classes.map((some) => (some.ids[0]! >= 300 ? { ...some, name: `id ${some.ids[0]}` } : some)),
      }
      const under = rows.filter(({ background }) => value === null || background === value)
      const judged = under.filter((row) => row.label !== '' && verdictOf(row, 0) !== null)
      const unjudged = under.filter((row) => !judged.includes(row))
      expect(countedAs(named)).toEqual(countBy(judged.map(keyOf)))
      expect(countedAs({ ...named, ...confusion.unjudged })).toEqual(
        countBy(unjudged.map((row) => (row.label === '' ? `- > ${keyOf(row).split(' > ')[1]}` : keyOf(row)))),
      )
      expect(confusion).toMatchObject({
        samples: under.length,
        n: judged.length,
        wrong: judged.filter((row) => verdictOf(row, 0) === false).length,
      })
      expect(sum(confusion.count) + sum(confusion.unjudged.count)).toBe(confusion.samples)
      expect(sum(confusion.rowTotals)).toBe(confusion.n)
      expect(unjudged.length).toBeGreaterThan(20)
      expect(confusion.refused).not.toBeNull()
    }
  })

  it('[CX9] shows exactly the samples of any cell, row and column', async () => {
    const confusion = await confusionOf(null)
    const terms = filterTerms(confusion, { classes: confusion.classes, classField: 'label', model: 'a' })
    for (const foldOutside of [false, true]) {
      const options = {
        order: 'index',
        top: null,
        foldOutside,
        hideDiagonal: false,
        scale: 'count',
        log: false,
      } as const
      const { rows: down, columns: across, cells } = drawMatrix(confusion, options, matrixAxes(confusion, options))
      expect(sum(cells.count)).toBe(rows.length)
      const found = await Promise.all(
        Array.from(cells.count, (_, cell) =>
          countIn(cellFilter(terms, down[cells.row[cell]!]!, across[cells.column[cell]!]!)),
        ),
      )
      expect(found).toEqual([...cells.count])
      const countAlong = (at: Uint32Array, length: number) =>
        Array.from({ length }, (_, index) => sum(cells.count.filter((_count, cell) => at[cell] === index)))
      expect(await Promise.all(down.map((row) => countIn(cellFilter(terms, row, null))))).toEqual(
        countAlong(cells.row, down.length),
      )
      expect(await Promise.all(across.map((column) => countIn(cellFilter(terms, null, column))))).toEqual(
        countAlong(cells.column, across.length),
      )
    }
  })

  it('[CX11] is subtracted from that of the other values, of which a sample without a value has none', async () => {
    const under = { dataset, filter: everything, model: 'a', by: { kind: 'field', name: 'background' } as const }
    const difference = await engine.call('confusion.difference', { ...under, value: 'beach', minus: null })
    const sides = [
      rows.filter(({ background }) => background === 'beach'),
      rows.filter(({ background }) => background !== 'beach' && background !== ''),
    ] as const
    expect(difference.samples).toEqual(sides.map((side) => side.length))
    const judgedOf = (side: readonly Row[]) => side.filter((row) => row.label !== '' && verdictOf(row, 0) !== null)
    expect(difference.n).toEqual(sides.map((side) => judgedOf(side).length))
    const rightOf = (side: readonly Row[], label: string) =>
      judgedOf(side).filter((row) => row.label === label && verdictOf(row, 0) === true).length
    for (const [cell, truth] of difference.truth.entries()) {
      if (truth !== difference.predicted[cell]) continue
      const { name } = difference.classes[truth]!
      expect(cellDifference(difference, cell).counts).toEqual(sides.map((side) => rightOf(side, name)))
    }
    expect(difference.q.filter((q) => !Number.isNaN(q))).toHaveLength(difference.tested)
  })

  it('[CX12] is compared with another run’s on the samples that both have judged', async () => {
    const difference = await engine.call('confusion.runDifference', {
      dataset,
      filter: everything,
      model: 'a',
      minus: 'b',
    })
    const both = rows.filter((row) => row.label !== '' && verdictOf(row, 0) !== null && verdictOf(row, 1) !== null)
    expect(difference).toMatchObject({ n: [both.length, both.length], samples: [rows.length, rows.length] })
    for (const [cell, truth] of difference.truth.entries()) {
      if (truth !== difference.predicted[cell]) continue
      const own = both.filter(({ label }) => label === difference.classes[truth]!.name)
      const right = [0, 1].map((model) => own.filter((row) => verdictOf(row, model) === true).length)
      expect(cellDifference(difference, cell).counts).toEqual(right)
      expect(difference.both![cell]).toBe(
        own.filter((row) => verdictOf(row, 0) === true && verdictOf(row, 1) === true).length,
      )
    }
  })
  it('[CX14] is refused for a value that is not there, with the nearest', async () => {
    const failure = await failureOf(confusionOf('baech'))
    expect(failure).toMatchObject({ code: 'not_found', details: { nearest: ['beach'] } })
    expect(failure.message).toContain('Did you mean “beach”?')
  })
})

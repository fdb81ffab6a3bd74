// The call that writes a cube, with what it takes of fields: categories as they are, numbers that repeat, or bins of them.
import path from 'node:path'
import { FoibleError } from '#core/errors.ts'
import type { Path } from '#core/filter/expr.ts'
import type { DatasetHandle } from '#engine/dataset-handle.ts'
import { type CountedField, countCells } from '#engine/exports/count-cells.ts'
import { readUnchanged } from '#engine/exports/read-unchanged.ts'
import { letOthersRun } from '#formats/let-others-run.ts'
import { writeCube } from '#formats/cube/write-cube.ts'
import { assertPlainName } from '#formats/safe-path.ts'
import { countAnswers } from './count-answers.ts'
import type { HandlerParts, Subject } from './handler-parts.ts'
import { classCodes } from './slice-table.ts'
import { valueCodes } from './value-codes.ts'

/** A field of more numbers than this is measured, not counted. */
const mostNumbers = 1000

export function cubeHandlers(parts: HandlerParts): Subject<'cubes.write'> {
  return {
    'cubes.write': async ({ dataset: id, filter, fields, bins, models, place, name }, { signal, progress }) => {
      assertPlainName(name, 'file')
      if (!name.toLowerCase().endsWith('.parquet')) {
        throw new FoibleError('usage', `A cube is a Parquet file: call it “${name}.parquet”.`, { name })
      }
      const stray = bins.find(({ field }) => !fields.includes(field))
      if (stray !== undefined) {
        throw new FoibleError('usage', `There are bins for ${stray.field}, which is not among the fields.`, {})
      }
      const content = await readUnchanged(parts, id, 'the cube', async () => {
        const dataset = parts.library.dataset(id)
        const classes = classCodes(dataset)
        const className = dataset.columns.classField()!.name
        const counted = [...new Set(fields)]
          .filter((field) => field !== className)
          .map((field) => countedField(dataset, field, bins.find((own) => own.field === field)?.limits ?? null))
        return await countCells(
          dataset,
          {
            filter,
            fields: counted,
            classes: { name: className, codes: classes.codes, nameOf: (code) => classes.names[code - 1]! },
            runs: [...new Set(models)].map((model) => {
              const run = dataset.columns.run(model)
              return { run, answers: countAnswers(dataset, run) }
            }),
          },
          signal,
        )
      })
      await writeCube(path.join(parts.places.resolve(place), name), content, async (done) => {
        progress({ done, total: content.cells, message: 'Writing' })
        await letOthersRun(signal)
      })
      return { cells: content.cells, images: content.images }
    },
  }
}

function countedField(dataset: DatasetHandle, name: string, limits: readonly number[] | null): CountedField {
  const path: Path = { kind: 'field', name }
  const column = dataset.columns.column(path)
  const isCounted = column.kind === 'numbers' && limits === null
  const { codes, valueOf } = isCounted ? numberCodes(column.values, name) : valueCodes(dataset, path, limits)
  // What is no field, the name of each sample, has no values to count by either.
  const field = dataset.columns.field(name)
  const role = field.role === 'nuisance' ? 'nuisance' : 'plain'
  if (isCounted) return { name, kind: 'number', role, codes, valueOf }
  return { name, kind: field.kind === 'boolean' ? 'boolean' : 'category', role, codes, valueOf }
}

/** The numbers themselves as values. Throws `usage` where there are too many of them. */
function numberCodes(values: Float32Array | Float64Array, name: string): Pick<CountedField, 'codes' | 'valueOf'> {
  const codeOf = new Map<number, number>()
  const codes = new Uint16Array(values.length)
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!
    if (Number.isNaN(value)) continue
    let code = codeOf.get(value)
    if (code === undefined) codeOf.set(value, (code = codeOf.size + 1))
    if (code > mostNumbers) {
      const message = `${name} has more than ${mostNumbers} different numbers, too many to count by; cut it into bins, as in ${name}=0,50,100.`
      throw new FoibleError('usage', message, { field: name })
    }
    codes[row] = code
  }
  const numbers = [...codeOf.keys()]
  return { codes, valueOf: (code) => numbers[code - 1] ?? null }
}

// foible confusion: over all samples, for one value or every value of a field, or as the difference of two values.
import type { Command } from 'commander'
import type { AxisClass, Confusion, ConfusionDifference, RunDifference } from '#contract/confusion.ts'
import type { CallInput } from '#contract/contract.ts'
import { cellDifference, sureQ } from '#core/confusion/cell-differences.ts'
import { unjudgedReason } from '#core/confusion/unjudged-reason.ts'
import { FoibleError } from '#core/errors.ts'
import type { Path } from '#core/filter/expr.ts'
import { formatPath } from '#core/filter/names.ts'
import type { FieldValue } from '#core/sample.ts'
import type { RunCommand } from '../command-line.ts'
import { formatTable } from '../format-table.ts'
import type { Session } from '../session.ts'
import { type Where, openUnder, pathOf } from './query.ts'

interface ConfusionFlags extends Where {
  readonly model: string
  readonly by?: string
  readonly value?: string
  readonly minus?: string
  readonly minusModel?: string
}

type Request = Pick<CallInput<'confusion.compute'>, 'dataset' | 'filter' | 'model'>

const shownPairs = 30
const mostValues = 1000

export function addConfusionCommand(program: Command, run: RunCommand): void {
  program
    .command('confusion')
    .description('what is taken for what: over all samples, by the values of a field, or as the difference of two')
    .argument('<dataset>')
    .requiredOption('--model <name>')
    .option('--by <field>', 'a confusion for every value of this field')
    .option('--value <value>', 'only this value')
    .option('--minus <value>', 'subtract the confusion of this value')
    .option('--minus-model <name>', 'subtract another run, on the samples that both have judged')
    .option('--where <filter>')
    .action((dataset: string, flags: ConfusionFlags) =>
      run(async (session) => {
        const { summary, filter } = await openUnder(session, dataset, flags)
        const request: Request = { dataset, filter, model: flags.model }
        const { value, minus } = flags
        if (flags.minusModel !== undefined) {
          if (flags.by !== undefined) throw new FoibleError('usage', '--minus-model goes with --where, not with --by.')
          return await printRunDifference(session, request, flags.minusModel)
        }
        if (flags.by === undefined) {
          if (value !== undefined || minus !== undefined) {
            throw new FoibleError('usage', '--value and --minus need --by: the field whose values they are.')
          }
          return await printWhole(session, request, null, null)
        }
        const by = pathOf(summary, flags.by)
        if (minus === undefined) {
          return value === undefined
            ? await printByValue(session, request, by)
            : await printWhole(session, request, by, value)
        }
        if (value === undefined) throw new FoibleError('usage', '--minus needs --value: what it is subtracted from.')
        await printDifference(session, request, by, value, minus)
      }),
    )
}

function cellsOf({ classes, truth, predicted, count, rowTotals }: Confusion) {
  return Array.from(truth, (row, i) => ({
    truth: classes[row]!.name,
    predicted: classes[predicted[i]!]!.name,
    count: count[i]!,
    n: rowTotals[row]!,
  }))
}

/** What is not judged, and why; a class or an answer that is not there is null. */
function unjudgedOf({ classes, unjudged: { truth, predicted, count } }: Confusion) {
  return Array.from(truth, (row, i) => ({
    why: unjudgedReason(row, predicted[i]!, classes.length),
    truth: classes[row]?.name ?? null,
    predicted: classes[predicted[i]!]?.name ?? null,
    count: count[i]!,
  }))
}

/** Names and ids: what else the wire says of a class is for filters. */
function classesOf(classes: readonly AxisClass[]) {
  return classes.map(({ name, ids, ofDataset }) => ({ name, ids, ofDataset }))
}

async function printWhole(session: Session, request: Request, by: Path | null, value: FieldValue): Promise<void> {
  const confusion = await session.client.call('confusion.compute', { ...request, by, value })
  const { version, model, classes, samples, n, wrong, pairs } = confusion
  const document = { version, model, classes: classesOf(classes), samples, n, wrong, pairs }
  const cells = cellsOf(confusion)
  session.print({ ...document, unjudged: unjudgedOf(confusion), cells }, () =>
    formatTable(
      ['class', 'taken for', 'times', 'of'],
      pairs.slice(0, shownPairs).map((pair) => [pair.truth, pair.predicted, String(pair.count), String(pair.n)]),
    ),
  )
}

/** One sparse matrix a value, told apart by `value` in every cell. */
async function printByValue(session: Session, request: Request, by: Path): Promise<void> {
  const { dataset } = request
  const values = await session.client.call('query.values', { dataset, path: by, search: '', limit: mostValues })
  if (values.length === 0) {
    const message = `${formatPath(by)} has too many different values, or none, for a confusion of each: choose one with --value, or a range with --where.`
    throw new FoibleError('usage', message, { field: by })
  }
  const parts = await Promise.all(
    values.map(async ({ value }) => {
      const confusion = await session.client.call('confusion.compute', { ...request, by, value })
      return { value, confusion }
    }),
  )
  const document = {
    model: request.model,
    values: parts.map(({ value, confusion: { samples, n, wrong } }) => ({ value, samples, n, wrong })),
    classes: [...new Set(parts.flatMap(({ confusion }) => confusion.classes.map(({ name }) => name)))],
    cells: parts.flatMap(({ value, confusion }) => cellsOf(confusion).map((cell) => ({ value, ...cell }))),
    unjudged: parts.flatMap(({ value, confusion }) => unjudgedOf(confusion).map((cell) => ({ value, ...cell }))),
  }
  session.print(document, ({ cells }) =>
    formatTable(
      ['value', 'class', 'taken for', 'times', 'of'],
      cells
        .filter((cell) => cell.truth !== cell.predicted)
        .sort((a, b) => b.count - a.count)
        .slice(0, shownPairs)
        .map((cell) => [String(cell.value), cell.truth, cell.predicted, String(cell.count), String(cell.n)]),
    ),
  )
}

async function printDifference(
  session: Session,
  request: Request,
  by: Path,
  value: string,
  minus: string,
): Promise<void> {
  const difference = await session.client.call('confusion.difference', { ...request, by, value, minus })
  printCells(session, difference, { by: difference.by, value: difference.value }, [value, minus])
}

async function printRunDifference(session: Session, request: Request, minus: string): Promise<void> {
  const difference = await session.client.call('confusion.runDifference', { ...request, minus })
  printCells(session, difference, {}, [request.model, minus])
}

function printCells(
  session: Session,
  difference: ConfusionDifference | RunDifference,
  of: object,
  [name, other]: readonly [string, string],
): void {
  const { version, model, minus, classes, samples, n, tested } = difference
  const cells = Array.from(difference.truth, (_, cell) => {
    const { truth, predicted, counts, ...figures } = cellDifference(difference, cell)
    const names = { truth: classes[truth]!.name, predicted: classes[predicted]!.name }
    return { ...names, count: counts[0] - counts[1], counts, ...figures }
  })
  session.print({ version, model, ...of, minus, classes: classesOf(classes), samples, n, tested, cells }, () =>
    formatTable(
      ['class', 'taken for', name, other, 'difference', 'q'],
      cells
        .flatMap((cell) =>
          cell.truth === cell.predicted || cell.difference === null ? [] : [{ ...cell, by: cell.difference }],
        )
        .sort((a, b) => Math.abs(b.by) - Math.abs(a.by))
        .slice(0, shownPairs)
        .map((cell) => [
          cell.truth,
          cell.predicted,
          `${cell.counts[0]} of ${cell.n[0]}`,
          `${cell.counts[1]} of ${cell.n[1]}`,
          `${Math.round(cell.by * 100)} %`,
          cell.q === null || cell.q > sureQ ? 'could be chance' : cell.q.toPrecision(2),
        ]),
    ),
  )
}

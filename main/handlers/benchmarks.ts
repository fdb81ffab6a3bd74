// Benchmarks that a dataset is known by its fields to be made for: reviewed labels, corruptions, backgrounds, cues.
import type { Benchmarks } from '#contract/metrics.ts'
import { type Codes, type Column, createCodes } from '#core/columns/column.ts'
import { sixteenClasses } from '#core/facts/sixteen-class-imagenet.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { acceptedAccuracy } from '#core/metrics/accepted-accuracy.ts'
import { backgroundGap } from '#core/metrics/background-gap.ts'
import { corruptionErrors } from '#core/metrics/corruption-error.ts'
import { shapeBias } from '#core/metrics/shape-bias.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'
import { listFindings } from '#store/finding-table.ts'
import { metricModels } from './metric-models.ts'
import { classCodes } from './slice-table.ts'
import { wireShare } from './wire-share.ts'

type CodesColumn = Extract<Column, { readonly kind: 'codes' }>

/** Variations are told by name; what has more values than this is no list of them. */
const mostVariations = 100

export function computeBenchmarks(dataset: AnalysedDataset, filter: FilterExpr, models: readonly string[]): Benchmarks {
  const forAll = <T>(fields: readonly string[], compute: (model: string) => T | null) => ({
    fields: [...fields],
    models: models.map((model) => ({ model, result: compute(model) })),
  })
  return {
    version: dataset.version,
    ...metricModels(dataset, filter, models),
    accepted: acceptedOf(dataset, filter, forAll),
    corruption: corruptionOf(dataset, filter, forAll),
    background: backgroundOf(dataset, filter, forAll),
    shape: shapeOf(dataset, filter, forAll),
  }
}

type ForAll = <T>(
  fields: readonly string[],
  compute: (model: string) => T | null,
) => { fields: string[]; models: { model: string; result: T | null }[] }

/** Labels that a file beside the images brought, with what it says is not fit to be scored. */
function acceptedOf(dataset: AnalysedDataset, filter: FilterExpr, forAll: ForAll): Benchmarks['accepted'] {
  const problematic = codesField(dataset, 'problematic')
  if (problematic?.dictionary.kind !== 'boolean' || dataset.columns.acceptedSets() === null) return null
  const isProblematic = [0, ...problematic.dictionary.values.map((value) => (value === 'true' ? 2 : 1))]
  const marks = Uint8Array.from(problematic.codes, (code) => isProblematic[code]!)
  const classes = classCodes(dataset)
  const byModel = forAll(['problematic'], (model) => {
    const accuracy = acceptedAccuracy({
      rows: dataset.filterBits(filter),
      correct: dataset.columns.correct(model),
      problematic: marks,
      classes: classes.codes,
      classCount: classes.size,
    })
    return accuracy && { real: wireShare(accuracy.real), multiLabel: accuracy.multiLabel }
  })
  return { ...byModel, isReal: areReal(dataset) }
}

/** Whether ReaL's file lay beside the images, and reviewers' file neither there nor joined since. */
function areReal(dataset: AnalysedDataset): boolean {
  const rules = new Set(listFindings(dataset.db).map(({ rule }) => rule))
  const isJoined = dataset.columns.fields.some(({ name }) => name === 'imagenet_m')
  return rules.has('adapter_real') && !rules.has('adapter_multi_labels') && !isJoined
}

function corruptionOf(dataset: AnalysedDataset, filter: FilterExpr, forAll: ForAll): Benchmarks['corruption'] {
  const corruption = codesField(dataset, 'corruption')
  const severity = columnOf(dataset, 'severity')
  const severities = severity === null ? null : readNumbers(severity)
  if (corruption === null || severities === null) return null
  return forAll(['corruption', 'severity'], (model) => {
    const errors = corruptionErrors({
      rows: dataset.filterBits(filter),
      correct: dataset.columns.correct(model),
      corruptions: corruption.codes,
      names: corruption.dictionary.values,
      severities,
      weights: dataset.columns.weights,
    })
    return (
      errors && {
        ...errors,
        corruptions: errors.corruptions.map((error) => ({ ...error, severities: [...error.severities] })),
      }
    )
  })
}

function backgroundOf(dataset: AnalysedDataset, filter: FilterExpr, forAll: ForAll): Benchmarks['background'] {
  for (const { name, kind, role } of dataset.columns.fields) {
    if (kind !== 'category' || role === 'class') continue
    const column = codesField(dataset, name)
    if (column === null || column.dictionary.values.length > mostVariations) continue
    const names = column.dictionary.values.map((value) => value.toLowerCase().replaceAll('-', '_'))
    const [same, random] = [names.indexOf('mixed_same') + 1, names.indexOf('mixed_rand') + 1]
    if (same === 0 || random === 0) continue
    return forAll([name], (model) => {
      const correct = dataset.columns.correct(model)
      const rows = dataset.filterBits(filter)
      const { weights } = dataset.columns
      const gap = backgroundGap({ rows, correct, variations: column.codes, same, random, weights })
      return gap && { ...gap, same: wireShare(gap.same), random: wireShare(gap.random), interval: [...gap.interval] }
    })
  }
  return null
}

function shapeOf(dataset: AnalysedDataset, filter: FilterExpr, forAll: ForAll): Benchmarks['shape'] {
  const shape = codesField(dataset, 'shape')
  const texture = codesField(dataset, 'texture')
  if (shape === null || texture === null) return null
  const categories = [...new Set([...shape.dictionary.values, ...texture.dictionary.values])]
  // Cues conflict within one list of categories: a texture `felt` on a shape `round` is no cue.
  const shared = shape.dictionary.values.filter((value) => texture.dictionary.values.includes(value))
  if (shared.length < 2) return null
  const categoryOf = new Map(categories.map((name, index) => [name, index + 1]))
  const recode = (column: CodesColumn) =>
    mapCodes(
      column.codes,
      column.dictionary.values.map((name) => categoryOf.get(name)!),
      categories.length,
    )
  const [shapes, textures] = [recode(shape), recode(texture)]
  return forAll(['shape', 'texture'], (model) => {
    const { codes, dictionary } = dataset.columns.runColumns(model).predicted
    // Elsewhere ids are places in the model's own list of classes.
    const ids = dataset.columns.run(model).labelSpace === 'imagenet-1k' ? dictionary.ids : null
    const { table, byId } = answerCategories(dictionary.values, ids, categoryOf)
    if (table.every((category) => category === 0)) return null
    const bias = shapeBias({
      rows: dataset.filterBits(filter),
      shapes,
      textures,
      answers: mapCodes(codes, table, categories.length),
      hasAnswer: (row) => codes[row] !== 0,
      categoryCount: categories.length,
    })
    return (
      bias && {
        ...wireDecisions(bias),
        cueAccuracy: wireShare(bias.cueAccuracy),
        byShape: bias.byShape.map(({ category, ...own }) => ({
          ...wireDecisions(own),
          category: categories[category - 1]!,
        })),
        note: byId
          ? 'The category of the best of all classes counts; the original protocol averages each category’s probabilities first (predict under 16-class).'
          : 'Answers are categories themselves.',
      }
    )
  })
}

function wireDecisions({
  n,
  shape,
  texture,
  bias,
}: {
  n: number
  shape: number
  texture: number
  bias: Parameters<typeof wireShare>[0] | null
}) {
  return { n, shape, texture, bias: bias && wireShare(bias) }
}

/** The category of each of a run's classes (0 = none): by its name, else by its ImageNet id. */
function answerCategories(
  names: readonly string[],
  ids: readonly number[] | null,
  categoryOf: ReadonlyMap<string, number>,
): { readonly table: readonly number[]; readonly byId: boolean } {
  const byName = names.map((name) => categoryOf.get(name) ?? 0)
  if (ids === null || [...categoryOf.keys()].every((category) => names.includes(category))) {
    return { table: byName, byId: false }
  }
  const categoryOfId = new Map(
    Object.entries(sixteenClasses).flatMap(([category, members]) =>
      members.map((id) => [id as number, categoryOf.get(category) ?? 0] as const),
    ),
  )
  return { table: ids.map((id) => categoryOfId.get(id) ?? 0), byId: true }
}

/** `table[c - 1]` for every code c; 0 stays 0. */
function mapCodes(codes: Codes, table: readonly number[], size: number): Codes {
  const lookup = Uint32Array.from([0, ...table])
  const mapped = createCodes(codes.length, size)
  for (let row = 0; row < codes.length; row++) mapped[row] = lookup[codes[row]!]!
  return mapped
}

function codesField(dataset: AnalysedDataset, name: string): CodesColumn | null {
  const column = columnOf(dataset, name)
  return column?.kind === 'codes' ? column : null
}

function columnOf(dataset: AnalysedDataset, name: string): Column | null {
  if (!dataset.columns.fields.some((field) => field.name === name)) return null
  return dataset.columns.column({ kind: 'field', name })
}

/** A column's values as numbers, NaN for what is none; null for a column that cannot hold any. */
function readNumbers(column: Column): ((row: number) => number) | null {
  if (column.kind === 'numbers') return (row) => column.values[row]!
  if (column.kind !== 'codes') return null
  const numbers = [NaN, ...column.dictionary.values.map((value) => (value.trim() === '' ? NaN : Number(value)))]
  return (row) => numbers[column.codes[row]!]!
}

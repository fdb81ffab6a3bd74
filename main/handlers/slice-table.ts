// The slice table of a field under a filter, remembered: the slices screen, gallery headings and the overview share it.
import type { FilterExpr, Path } from '#core/filter/expr.ts'
import { FoibleError } from '#core/errors.ts'
import { type SliceTable, computeSlices } from '#core/slices/compute-slices.ts'
import type { FieldValue } from '#core/sample.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'
import { type Bins, type ValueCodes, crossCodes, valueCodes } from './value-codes.ts'

export interface SliceRequest {
  readonly filter: FilterExpr
  readonly field: Path
  readonly cross: Path | null
  readonly models: readonly string[]
  readonly adjust: 'auto' | 'on' | 'off'
  /** How fields of numbers are cut. */
  readonly bins?: Bins | null
  readonly crossBins?: Bins | null
}

export interface SliceResult {
  readonly table: SliceTable
  readonly values: ValueCodes
  readonly nameOf: (code: number) => FieldValue
}

export function sliceTable(dataset: AnalysedDataset, request: SliceRequest): SliceResult {
  return dataset.remember(`slices ${JSON.stringify(request)}`, () => {
    const own = valueCodes(dataset, request.field, request.bins)
    const values = request.cross === null ? own : crossCodes(own, valueCodes(dataset, request.cross, request.crossBins))
    const { codes, size } = classCodes(dataset)
    const table = computeSlices({
      rows: dataset.filterBits(request.filter),
      values: values.codes,
      valueCount: values.size,
      valueNames: values.names,
      classes: codes,
      classCount: size,
      correct: request.models.map((model) => dataset.columns.correct(model)),
      weights: dataset.columns.weights,
      adjust: request.adjust,
      control: request.cross === null ? 'hochberg' : 'yekutieli',
    })
    return { table, values, nameOf: values.valueOf }
  })
}

/** The class of every row. Without labels there is no truth, hence nothing to fail. */
export function classCodes(dataset: AnalysedDataset) {
  const field = dataset.columns.classField()
  if (field === null) {
    throw new FoibleError(
      'usage',
      `${dataset.meta.name} has no class labels, so there is nothing that a model could get wrong.`,
      {
        dataset: dataset.id,
      },
    )
  }
  return valueCodes(dataset, { kind: 'field', name: field.name })
}

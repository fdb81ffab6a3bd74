// How the table's cells look.
import type { ICellRendererParams } from 'ag-grid-community'
import { SampleImage } from '../common/sample-image.tsx'
import { Verdict } from '../common/verdict.tsx'
import { cellText, type TableRow } from './table-model.ts'
import classes from './table.module.css'

type Cell = ICellRendererParams<TableRow>

export interface ImageCellProps extends Cell {
  readonly dataset: string
}

export function ImageCell({ data, dataset }: ImageCellProps) {
  if (data === undefined) return null
  return (
    <div className={classes.image}>
      <SampleImage dataset={dataset} id={data.id} alt="" />
    </div>
  )
}

export function VerdictCell({ value }: Cell) {
  return value === null || value === undefined ? null : (
    <span className={classes.verdict}>
      <Verdict correct={value === true} />
    </span>
  )
}

export function TagsCell({ data }: Cell) {
  return (
    <span className={classes.tags}>
      {data?.tags.map((tag) => (
        <span key={tag}>{tag}</span>
      ))}
    </span>
  )
}

export function formatCell({ value }: { value: unknown }): string {
  const isValue = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  return isValue ? cellText(value) : ''
}

// What must hold of anything that a reader let pass, however it was damaged.
import type { DatasetHandle } from '#engine/dataset-handle.ts'
import { assertRelativePath } from '#formats/safe-path.ts'
import type { DecodedImage } from '#models/preprocess/decode-image.ts'
import { listFindings } from '#store/finding-table.ts'
import { getSample } from '#store/sample-table.ts'

const looked = 200
const longestExample = 1000

/** Thrown where a result is wrong though nothing failed. */
export class UnsoundResult extends Error {
  override readonly name = 'UnsoundResult'
}

/** Paths stay inside, numbers are numbers, examples can be shown. */
export function assertSoundDataset(dataset: DatasetHandle): void {
  const { columns, db, rowCount } = dataset
  for (let id = 1; id <= Math.min(rowCount, looked); id++) {
    const sample = getSample(db, id)
    if (sample === null) throw new UnsoundResult(`sample ${id} of ${rowCount} is not there`)
    const { fileName, locator } = sample
    assertInside(fileName)
    assertInside(locator.kind === 'file' ? locator.path : locator.file)
    if (locator.kind === 'range' && !(isCount(locator.start) && isCount(locator.size)))
      throw new UnsoundResult(`${fileName} lies at ${locator.start}, ${locator.size} bytes`)
    if (locator.kind === 'parquet' && !isCount(locator.row))
      throw new UnsoundResult(`${fileName} is in row ${locator.row}`)
  }
  for (const { name } of columns.fields) {
    const column = columns.column({ kind: 'field', name })
    if (column.kind === 'codes' && column.codes.length < rowCount) throw new UnsoundResult(`“${name}” is too short`)
    if (name === '') throw new UnsoundResult('a field has no name')
  }
  for (const { rule, count, examples } of listFindings(db)) {
    if (!isCount(count)) throw new UnsoundResult(`${rule} was counted ${count} times`)
    const long = examples.find((example) => example.length > longestExample)
    if (long !== undefined) throw new UnsoundResult(`${rule} has an example of ${long.length} characters`)
  }
}

function assertInside(path: string): void {
  assertRelativePath(path)
  if (/[\x00]/.test(path) || path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path))
    throw new UnsoundResult(`${JSON.stringify(path.slice(0, 200))} leads out of the dataset`)
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

export function assertSoundPixels({ width, height, pixelBytes, data }: DecodedImage, maxPixels: number): void {
  const isSound = width > 0 && height > 0 && width * height <= maxPixels && data.length === width * height * pixelBytes
  if (!isSound) throw new UnsoundResult(`${width} x ${height} pixels of ${pixelBytes} bytes in ${data.length}`)
}

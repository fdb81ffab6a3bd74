// `imagenet_x_{val,train}_{multi,top}_factor.jsonl`: a row an image, 16 factors as 0 or 1. The `multi` files hold every factor that
// applies, the `top` files the one that a person named first.
import type { FieldValue, Finding } from '#core/sample.ts'
import type { FileTree, TreeEntry } from '../dataset-reader.ts'
import { createFindingLog } from '../finding-log.ts'
import { basename } from '../safe-path.ts'
import { readTableBatches } from '../table-batches.ts'

const fileName = /^imagenet_x_(val|train)_(multi|top)_factor\.jsonl$/

export const factors: readonly string[] = [
  'pose',
  'background',
  'pattern',
  'color',
  'smaller',
  'shape',
  'partial_view',
  'subcategory',
  'texture',
  'larger',
  'darker',
  'object_blocking',
  'person_blocking',
  'style',
  'brighter',
  'multiple_objects',
]

export interface AnnotatedImage {
  /** ImageNet id; undefined where the row has none. */
  readonly classId: number | undefined
  readonly split: string
  readonly fields: Readonly<Record<string, FieldValue>>
}

export interface Annotations {
  /** By file name. */
  readonly rows: ReadonlyMap<string, AnnotatedImage>
  readonly files: readonly string[]
  /** File names of rows without any factor. */
  readonly withoutFactor: readonly string[]
  readonly findings: () => readonly Finding[]
}

export function isFactorFile(path: string): boolean {
  return fileName.test(basename(path))
}

export async function readAnnotations(
  tree: FileTree,
  entries: readonly TreeEntry[],
  signal: AbortSignal,
): Promise<Annotations> {
  const log = createFindingLog()
  const rows = new Map<string, AnnotatedImage>()
  const files = entries.map((entry) => entry.path).filter(isFactorFile)
  // The files with all factors last: where both speak of an image, they say more.
  const ordered = files.toSorted((a, b) => Number(isMulti(a)) - Number(isMulti(b)))
  for (const file of ordered) {
    const split = fileName.exec(basename(file))![1] === 'val' ? 'validation' : 'train'
    for await (const { columns, rowCount } of readTableBatches(tree, file, log, signal)) {
      const cell = (name: string, row: number) => columns.get(name)?.[row]
      for (let row = 0; row < rowCount; row++) {
        const name = cell('file_name', row)
        if (typeof name !== 'string' || name === '') log.add('row_without_file', `${file} row ${row + 1}`)
        else
          rows.set(
            basename(name),
            toImage((column) => cell(column, row), split, isMulti(file), rows.get(basename(name))),
          )
      }
    }
  }
  const withoutFactor = [...rows].filter(([, { fields }]) => factors.every((factor) => fields[factor] === false))
  return { rows, files, withoutFactor: withoutFactor.map(([name]) => name), findings: log.list }
}

function isMulti(file: string): boolean {
  return fileName.exec(basename(file))?.[2] === 'multi'
}

function toImage(
  cell: (column: string) => unknown,
  split: string,
  hasAll: boolean,
  earlier: AnnotatedImage | undefined,
): AnnotatedImage {
  const classId = cell('class')
  const truths = Object.fromEntries(factors.map((factor) => [factor, toTruth(cell(factor))]))
  const applying = factors.filter((factor) => truths[factor] === true)
  const first = hasAll ? (earlier?.fields['top_factor'] ?? null) : (applying[0] ?? null)
  return {
    classId: typeof classId === 'number' ? classId : undefined,
    split,
    fields: {
      ...truths,
      top_factor: first,
      justification: toText(cell('justification')) ?? earlier?.fields['justification'] ?? null,
      one_word: toText(cell('one_word')) ?? earlier?.fields['one_word'] ?? null,
    },
  }
}

function toTruth(cell: unknown): boolean | null {
  return cell === 1 || cell === true ? true : cell === 0 || cell === false ? false : null
}

function toText(cell: unknown): string | null {
  return typeof cell === 'string' && cell.trim() !== '' ? cell.trim() : null
}

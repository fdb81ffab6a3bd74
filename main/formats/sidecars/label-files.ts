// ReaL, multi-label and mistake files as tables that join like any other.
import { imagenet1kClasses } from '#core/facts/imagenet-1k.ts'
import { isList, isRecord } from '../column-values.ts'
import { parseMistakes } from '../labels-files/mistakes.ts'
import { type MultiLabel, parseMultiLabels } from '../labels-files/multi-labels.ts'
import { parseReal } from '../labels-files/real-labels.ts'
import { createTable, type Table } from '../table-batches.ts'

export interface LabelFile {
  readonly kind: 'accepted-labels' | 'mistakes'
  readonly reason: string
  readonly acceptedColumn: string | null
  readonly columns: readonly string[]
  readonly table: Table
}

/** The column of accepted ids; it is no field. */
const accepted = 'accepted'

/** null for JSON that is none of these. Throws `broken_file` for what looks like one and is none. */
export function readLabelFile(json: unknown, file: string): LabelFile | null {
  if (Array.isArray(json) && json.every(isList)) return readReal(json, file)
  if (!isRecord(json)) return null
  if ('initial_annots' in json || 'problematic_images' in json || 'imagenet_m' in json)
    return readMultiLabels(json, file)
  const [first] = Object.values(json)
  return isRecord(first) && ('failure category' in first || 'failure severity' in first)
    ? readMistakes(json, file)
    : null
}

function readReal(json: unknown, file: string): LabelFile {
  const images = [...parseReal(json, file)]
  return labelFile('accepted-labels', 'A list of ImageNet ids for each validation image, as ReaL has it.', {
    file_name: images.map(([name]) => name),
    [accepted]: images.map(([, ids]) => ids),
    problematic: images.map(([, ids]) => ids.length === 0),
    reason: images.map(([, ids]) => (ids.length === 0 ? 'no ImageNet label fits (ReaL)' : null)),
  })
}

function readMultiLabels(json: unknown, file: string): LabelFile {
  const images = [...parseMultiLabels(json, file).images]
  const fitsNone = (image: MultiLabel) => image.isReviewed && image.accepted.length === 0
  return labelFile('accepted-labels', 'Right, wrong and unclear labels by image, as ImageNet-M has them.', {
    file_name: images.map(([name]) => name),
    [accepted]: images.map(([, image]) => (image.isReviewed ? image.accepted : null)),
    problematic: images.map(([, image]) => image.problem !== null || fitsNone(image)),
    reason: images.map(([, image]) => image.problem || (fitsNone(image) ? 'no reviewed label fits' : null)),
    imagenet_m: images.map(([, image]) => image.inImagenetM),
  })
}

/** The file is called after the model whose mistakes it lists: `vit3b_mistakes.json`. */
function readMistakes(json: unknown, file: string): LabelFile {
  const mistakes = [...parseMistakes(json, file)]
  const model = /^(.+)_mistakes\.json$/i.exec(file)?.[1]
  const suffix = model === undefined ? '' : `_${model}`
  const nameOf = (id: number | null) => (id === null ? null : (imagenet1kClasses[id]?.names[0] ?? null))
  return labelFile(
    'mistakes',
    `Reviewed mistakes${model === undefined ? '' : ` of ${model}`}, as ImageNet-M has them.`,
    {
      file_name: mistakes.map(([name]) => name),
      [`failure_category${suffix}`]: mistakes.map(([, mistake]) => mistake.category),
      [`failure_severity${suffix}`]: mistakes.map(([, mistake]) => mistake.severity),
      [`top_prediction${suffix}`]: mistakes.map(([, mistake]) => nameOf(mistake.topPrediction)),
    },
  )
}

function labelFile(
  kind: LabelFile['kind'],
  reason: string,
  columns: Readonly<Record<string, readonly unknown[]>>,
): LabelFile {
  const table = createTable()
  for (const [name, cells] of Object.entries(columns)) table.columns.set(name, [...cells])
  table.rowCount = columns['file_name']?.length ?? 0
  const acceptedColumn = accepted in columns ? accepted : null
  return { kind, reason, acceptedColumn, columns: Object.keys(columns), table }
}

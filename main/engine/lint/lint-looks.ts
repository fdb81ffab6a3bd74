// What the pixels tell, of the images that were looked at: likenesses, leaks between splits, and kinds that tools read differently.
import { formatCount } from '#core/format/numbers.ts'
import { lookFlags } from '#core/lint/image-look.ts'
import { findNearDuplicates } from '#core/lint/near-duplicates.ts'
import type { NewFinding } from '#store/finding-table.ts'
import { getFileNames } from '#store/sample-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { runInTurns } from '#formats/let-others-run.ts'
import { foundIn, maxExamples } from './lint-finding.ts'
import { codesOfField, exampleGroups, findExactDuplicates, hasSeveral } from './lint-samples.ts'

/** Lets other work pass while it compares. */
export async function lintLooks(dataset: DatasetHandle, signal: AbortSignal): Promise<(NewFinding | null)[]> {
  const exact = findExactDuplicates(dataset)
  const alike = await findAlike(dataset, signal)
  return [near(dataset, alike, exact), leak(dataset, [...exact, ...alike]), ...kinds(dataset)]
}

async function findAlike(dataset: DatasetHandle, signal: AbortSignal): Promise<number[][]> {
  return await runInTurns(findNearDuplicates(dataset.looks.likenesses(), comparableRows(dataset)), signal)
}

function comparableRows(dataset: DatasetHandle): Uint32Array {
  return Uint32Array.from({ length: dataset.rowCount }, (_, row) => row).filter((row) => {
    const flags = dataset.looks.flags(row)
    return flags !== 0 && (flags & lookFlags.flat) === 0
  })
}

/** Groups of which not all are byte for byte the same. */
function near(
  dataset: DatasetHandle,
  alike: readonly (readonly number[])[],
  exact: readonly (readonly number[])[],
): NewFinding | null {
  const exactGroup = new Map(exact.flatMap((group, index) => group.map((row) => [row, index] as const)))
  const groups = alike.filter((group) => {
    const first = exactGroup.get(group[0]!)
    return first === undefined || group.some((row) => exactGroup.get(row) !== first)
  })
  const rows = groups.flat()
  return foundIn(dataset.rowCount, {
    rule: 'near_duplicates',
    count: rows.length,
    message: `${formatCount(rows.length)} images look like others but for their size, compression or small changes (${formatCount(groups.length)} ${groups.length === 1 ? 'group' : 'groups'}).`,
    examples: exampleGroups(dataset, groups),
    rows,
  })
}

function leak(dataset: DatasetHandle, groups: readonly (readonly number[])[]): NewFinding | null {
  const splits = codesOfField(dataset, 'split')
  const leaking = splits === null ? [] : groups.filter((group) => hasSeveral(group, splits))
  const rows = new Set(leaking.flat())
  return foundIn(dataset.rowCount, {
    rule: 'split_leak',
    count: rows.size,
    message: `${formatCount(rows.size)} images are the same, or look the same, in different splits: whoever learnt from one split knows answers of the other.`,
    examples: exampleGroups(dataset, leaking),
    rows,
  })
}

const kindRules = [
  [
    'turned_image',
    lookFlags.turned,
    'stored on their side or mirrored (EXIF): tools that ignore this see them so',
    'Turned upright.',
  ],
  [
    'transparent_image',
    lookFlags.transparent,
    'partly transparent: what a model sees there is up to the tool',
    'Read without the transparency.',
  ],
  ['grey_image', lookFlags.grey, 'without colour: models that go by colour see less', ''],
  ['cmyk_image', lookFlags.cmyk, 'stored in CMYK: tools turn that into different colours', 'Turned into RGB.'],
] as const

function kinds(dataset: DatasetHandle): (NewFinding | null)[] {
  return kindRules.map(([rule, flag, what, action]) => {
    const rows: number[] = []
    for (let row = 0; row < dataset.rowCount; row++) if ((dataset.looks.flags(row) & flag) !== 0) rows.push(row)
    return foundIn(dataset.rowCount, {
      rule,
      count: rows.length,
      message: `${rows.length === 1 ? 'One image is' : `${formatCount(rows.length)} images are`} ${what}.`,
      action,
      examples: getFileNames(
        dataset.db,
        rows.slice(0, maxExamples).map((row) => row + 1),
      ),
      rows,
    })
  })
}

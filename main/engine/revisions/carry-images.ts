// Takes over what is known of images whose content is the same: files, thumbnails, looks, checksums, sizes, problems.
import { existsSync } from 'node:fs'
import { throwIfCancelled } from '#core/errors.ts'
import { linkOrCopy } from '#hub/share-file.ts'
import { copyColumn } from '#store/copy-column.ts'
import { lookColumnName } from '#store/look-column.ts'
import { getColumnRecord, requireColumn, writeChunks } from '#store/packed-column.ts'
import { type SampleRecord, getSample } from '#store/sample-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'
import { isImageNotHere } from '../imports/image-not-here.ts'
import type { JobContext } from '../jobs/job-runner.ts'

const together = 64
const sizeFields = ['width', 'height'] as const

/** `same`: by new row, the old row with the same content, -1 = none. Lets other work have its turn. */
export async function carryImages(
  parts: EngineParts,
  old: DatasetHandle,
  fresh: DatasetHandle,
  same: Int32Array,
  context: JobContext,
): Promise<void> {
  old.looks.save()
  fresh.write(() => {
    const looks = getColumnRecord(old.db, lookColumnName)
    if (looks !== null) copyColumn(old, looks, fresh.db, lookColumnName, same)
    for (const field of sizeFields) fillNumbers(old, fresh, field, same)
  })
  const rows = Array.from(same.keys()).filter((row) => same[row]! >= 0)
  for (let start = 0; start < rows.length; start += together) {
    throwIfCancelled(context.signal)
    const pairs = rows.slice(start, start + together).map((row) => ({
      before: getSample(old.db, same[row]! + 1)!,
      after: getSample(fresh.db, row + 1)!,
    }))
    carryFacts(old, fresh, pairs)
    await Promise.all(pairs.map((pair) => carryFile(parts, old, fresh, pair)))
    context.progress({ done: start + pairs.length, total: rows.length, message: 'Taking over what is here already' })
  }
}

interface SamplePair {
  readonly before: SampleRecord
  readonly after: SampleRecord
}

function carryFacts(old: DatasetHandle, fresh: DatasetHandle, pairs: readonly SamplePair[]): void {
  const update = fresh.db.prepare(
    'UPDATE sample SET sha256 = coalesce(sha256, @sha256), problem = coalesce(problem, @problem) WHERE id = @id',
  )
  fresh.write(() => {
    for (const { before, after } of pairs) {
      const sha256 = before.sha256 === null ? null : Buffer.from(before.sha256, 'hex')
      const problem = isImageNotHere(before.problem) ? null : before.problem
      if (sha256 !== null || problem !== null) update.run({ id: after.id, sha256, problem })
    }
  })
  const thumbnails = pairs.flatMap(({ before, after }) => {
    const data = old.thumbnails.get(before.id)
    return data === null ? [] : [{ sampleId: after.id, data }]
  })
  fresh.thumbnails.put(thumbnails)
}

/** Under a second name where the disk has links: neither is ever written into. */
async function carryFile(
  { media }: EngineParts,
  old: DatasetHandle,
  fresh: DatasetHandle,
  { before, after }: SamplePair,
): Promise<void> {
  const from = media.keptAt(old, before)
  if (existsSync(from) && !media.isHere(fresh, after)) await linkOrCopy(from, media.keptAt(fresh, after))
}

/** Numbers that the new index does not know. */
function fillNumbers(old: DatasetHandle, fresh: DatasetHandle, field: string, same: Int32Array): void {
  const [known, own] = [old, fresh].map(({ columns }) => columns.column({ kind: 'field', name: field }))
  if (known?.kind !== 'numbers' || own?.kind !== 'numbers') return
  const filled = Float32Array.from(own.values)
  same.forEach((from, row) => {
    if (from >= 0 && Number.isNaN(filled[row])) filled[row] = known.values[from]!
  })
  writeChunks(fresh.db, requireColumn(fresh.db, fresh.columns.field(field).columnId), filled)
  fresh.columns.forget(field)
}

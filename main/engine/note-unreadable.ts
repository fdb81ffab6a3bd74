// Images that turned out to be unreadable: the reason beside the sample, the count among the dataset's findings.
import { deleteFinding, putFinding } from '#store/finding-table.ts'
import { listProblems, setProblem } from '#store/sample-table.ts'
import { isImageNotHere } from './imports/image-not-here.ts'
import type { DatasetHandle } from './dataset-handle.ts'

export interface ReadFailure {
  readonly sampleId: number
  readonly message: string
}

/** `readable`: samples whose image was a problem before and is none any more. */
export function noteUnreadable(
  dataset: DatasetHandle,
  found: readonly ReadFailure[],
  readable: readonly number[],
): void {
  dataset.write(() => {
    // Why an image was never here says more than that its file is missing.
    const absent = new Set(listProblems(dataset.db).flatMap(({ id, problem }) => (isImageNotHere(problem) ? [id] : [])))
    for (const { sampleId, message } of found) if (!absent.has(sampleId)) setProblem(dataset.db, sampleId, message)
    for (const id of readable) setProblem(dataset.db, id, null)
    const problems = listProblems(dataset.db)
    if (problems.length > 0) putFinding(dataset.db, unreadableFinding(problems))
    else deleteFinding(dataset.db, unreadableRule)
  })
  dataset.touch()
}

const unreadableRule = 'unreadable_image'

export function unreadableFinding(problems: readonly { readonly fileName: string; readonly problem: string }[]) {
  return {
    rule: unreadableRule,
    count: problems.length,
    message: `${problems.length === 1 ? 'One image' : `${problems.length} images`} cannot be read.`,
    action: 'Kept as samples; left out of predictions.',
    examples: problems.slice(0, 20).map(({ fileName, problem }) => `${fileName}: ${problem}`),
  }
}

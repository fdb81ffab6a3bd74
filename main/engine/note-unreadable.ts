// Images that turned out to be unreadable: the reason beside the sample, the count among the dataset's findings.
import { putFinding } from '#store/dataset-tables.ts'
import { listProblems, setProblem } from '#store/sample-table.ts'
import type { DatasetHandle } from './dataset-handle.ts'

export function noteUnreadable(
  dataset: DatasetHandle,
  found: readonly { readonly id: number; readonly message: string }[],
): void {
  dataset.write(() => {
    for (const { id, message } of found) setProblem(dataset.db, id, message)
    const problems = listProblems(dataset.db)
    putFinding(dataset.db, unreadableFinding(problems))
  })
  dataset.touch()
}

export function unreadableFinding(problems: readonly { readonly fileName: string; readonly problem: string }[]) {
  return {
    rule: 'unreadable_image',
    count: problems.length,
    message: `${problems.length === 1 ? 'One image' : `${problems.length} images`} cannot be read.`,
    action: 'Kept as samples; left out of predictions.',
    examples: problems.slice(0, 20).map(({ fileName, problem }) => `${fileName}: ${problem}`),
  }
}

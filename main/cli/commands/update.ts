// foible update.
import type { Command } from 'commander'
import type { RevisionDiff } from '#contract/hub.ts'
import { formatCount } from '#core/format/numbers.ts'
import type { RunCommand } from '../command-line.ts'

interface UpdateFlags {
  readonly check?: boolean
  readonly revision?: string
}

export function addUpdateCommand(program: Command, run: RunCommand): void {
  program
    .command('update')
    .description('take over a newer revision of a dataset from the Hub; tags, views and predictions stay')
    .argument('<dataset>')
    .option('--check', 'only say what would change')
    .option('--revision <revision>', 'another branch, tag or commit than the dataset’s own')
    .action((dataset: string, { check, revision: asked }: UpdateFlags) =>
      run(async (session) => {
        const revision = asked ?? null
        const diff = await session.client.call('revisions.compare', { dataset, revision })
        if (diff.isNewer && check !== true) {
          const { job } = await session.client.call('revisions.take', { dataset, sha: diff.to, revision })
          const { result } = await session.finish(job)
          session.print(result?.['diff'] as RevisionDiff, (taken) => `Updated. ${describe(taken)}`)
        } else session.print(diff, describe)
      }),
    )
}

function describe(diff: RevisionDiff): string {
  const { revision, from, to, examples, lost } = diff
  if (!diff.isNewer) return `Nothing new: “${revision}” is ${to.slice(0, 7)}, as imported.`
  const kinds = [
    ['added', examples.added],
    ['removed', examples.removed],
    ['changed', examples.changed],
    ['unsure', examples.unsure],
    ['moved', examples.moved],
    ['unchanged', []],
  ] as const
  return [
    `${diff.repo} “${revision}”: ${from.slice(0, 7)} → ${to.slice(0, 7)}`,
    ...kinds.flatMap(([kind, names]) => [
      ...(diff[kind] === 0 ? [] : [`  ${kind}: ${formatCount(diff[kind])}`]),
      ...names.slice(0, 5).map((name) => `    ${name}`),
    ]),
    ...(diff.unsure > 0
      ? ['  unsure: nothing says whether these are the same images; they are taken for changed ones']
      : []),
    ...(diff.unreadArchives > 0
      ? [
          `  ${formatCount(diff.unreadArchives)} archives are other ones now; what is in them shows once they are fetched`,
        ]
      : []),
    ...(lost.tagged > 0 ? [`  removed samples with tags: ${formatCount(lost.tagged)}`] : []),
    ...(lost.predicted > 0 ? [`  samples whose predictions go: ${formatCount(lost.predicted)}`] : []),
  ].join('\n')
}

// foible lint.
import type { Command } from 'commander'
import type { FindingInfo } from '#contract/common.ts'
import { formatFilter } from '#core/filter/format.ts'
import { formatCount } from '#core/format/numbers.ts'
import type { RunCommand } from '../command-line.ts'

export function addLintCommand(program: Command, run: RunCommand): void {
  program
    .command('lint')
    .description('look at every image that is here, and say what is odd; with --fix, repair it')
    .argument('<dataset>')
    .option('--fix <rule>', 'do the repair that the rule offers, without looking again')
    .action((dataset: string, flags: { readonly fix?: string }) =>
      run(async (session) => {
        const repaired =
          flags.fix === undefined ? null : await session.client.call('lint.repair', { dataset, rule: flags.fix })
        if (repaired === null) await session.finish((await session.client.call('lint.run', { dataset })).job)
        const summary = await session.client.call('datasets.open', { dataset })
        const findings = summary.findings.map((finding) => ({ ...finding, where: whereOf(finding) }))
        session.print({ findings, ...(repaired === null ? {} : { repaired }) }, () =>
          repaired === null
            ? findings.map(describe).join('\n') || 'Nothing was noticed.'
            : `${repaired.done} ${formatCount(repaired.changed)} changed.`,
        )
      }),
    )
}

/** The filter text for the samples that a finding is about; null where it is about none. */
function whereOf({ rule, samples }: FindingInfo): string | null {
  return samples === null ? null : formatFilter({ kind: 'finding', rule })
}

function describe(finding: FindingInfo): string {
  const { rule, count, message, action, repair, repaired, examples } = finding
  const remedy = repaired ?? (repair === null ? null : `--fix ${rule}: ${repair.words}`)
  return [
    `${rule} (${formatCount(count)}): ${message} ${action}`.trimEnd(),
    ...(remedy === null ? [] : [`  → ${remedy}`]),
    ...examples.map((example) => `  ${example}`),
  ].join('\n')
}

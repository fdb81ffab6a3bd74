// What `foible doctor` prints for a person.
import type { ColumnsCheck, DoctorReport } from '#contract/library.ts'

/** A line each: versions, machine, library, and every execution provider with why it runs or what it lacks. */
export function formatDoctor(report: DoctorReport): string {
  const { foible, node, electron, platform, cpu, memoryBytes, library, diskFreeBytes, providers } = report
  const runtime = electron === null ? `Node ${node}` : `Electron ${electron} (Node ${node})`
  return [
    `Foible ${foible} on ${runtime}, ${platform}`,
    `${cpu.cores} cores of ${cpu.model}, ${formatGigabytes(memoryBytes)} of memory`,
    `Library ${library}, ${formatGigabytes(diskFreeBytes)} free`,
    '',
    ...(providers === null
      ? ['Execution providers: there is no model to try them with.']
      : [
          `Execution providers, in the order in which they would run: ${providers.providers.join(', ')}`,
          ...providers.reasons.map((reason) => `  ${reason}`),
          'docs/gpu.md says how each of them is installed.',
        ]),
  ].join('\n')
}

export function formatCheck({ columns, problems }: ColumnsCheck): string {
  return problems.length === 0 ? `${columns} columns agree in memory and in the file.` : problems.join('\n')
}

function formatGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(0)} GB`
}

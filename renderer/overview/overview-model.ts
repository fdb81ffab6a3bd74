// The words of the Overview around the engine's sentences. Pure.
import type { Overview, RankedFinding } from '#contract/analysis.ts'
import type { RunInfo } from '#contract/library.ts'
import { describeProtocol } from '#core/compare/describe-protocols.ts'
import { formatProbability } from '../charts/figures.ts'
import { formatCount, formatInterval, formatRate } from '#core/format/numbers.ts'
import { formatPlural } from '../common/figures.ts'
import { valueText } from '../parts/filters.ts'

/** "3 findings in 5 fields", or that nothing stands out. */
export function overviewTitle({ findings, fields }: Overview): string {
  const among = formatPlural(fields.length, 'field')
  if (findings.length === 0) return `Nothing stands out in ${among}`
  return `${formatPlural(findings.length, 'finding')} in ${among}`
}

/** "79 % [66, 88] of 52, expected 38 %, q .002" */
export function findingFigures(finding: RankedFinding): string {
  return [
    `${formatRate(finding.rate)} ${formatInterval(finding.wilson)} of ${formatCount(finding.n)}`,
    `expected ${formatRate(finding.expected)}`,
    `q ${formatProbability(finding.q)}`,
  ].join(', ')
}

/** The sentence around the first mention of its value, which is what one looks for when skimming. */
export function splitSentence({ sentence, value }: Pick<RankedFinding, 'sentence' | 'value'>): {
  readonly before: string
  readonly value: string
  readonly after: string
} {
  const text = valueText(value)
  const at = sentence.indexOf(text)
  if (at < 0) return { before: sentence, value: '', after: '' }
  return { before: sentence.slice(0, at), value: text, after: sentence.slice(at + text.length) }
}

/** A finding's key: its field and value. */
export function findingKey(finding: Pick<RankedFinding, 'field' | 'value'>): string {
  return JSON.stringify([finding.field, finding.value])
}

export interface RunFact {
  readonly name: string
  readonly value: string
}

/** "62 % [60, 65] of 1,485, unmasked", or why there is none. */
export function accuracyText(run: RunInfo): string {
  if (run.accuracy === null) return `nothing could be judged, ${run.protocol}`
  const interval = run.accuracyInterval === null ? '' : ` ${formatInterval(run.accuracyInterval)}`
  return `${formatRate(run.accuracy)}${interval} of ${formatCount(run.judged)}, ${run.protocol}`
}

/** What a run's figures rest on. */
export function runFacts(run: RunInfo, samples: number): readonly RunFact[] {
  const facts = [
    { name: 'Protocol', value: describeProtocol(run) },
    { name: 'Prompts', value: (run.templates ?? []).map((template) => `“${template}”`).join(', ') },
    { name: 'Predicted by', value: run.modelName === null || run.modelName === run.model ? '' : run.modelName },
    { name: 'Provider', value: providerText(run) },
    { name: 'Input', value: run.preprocessing },
  ]
  if (run.predicted < samples) {
    facts.push({ name: 'Predicted', value: `${formatCount(run.predicted)} of ${formatCount(samples)}` })
  }
  if (run.failed > 0) facts.push({ name: 'Unreadable', value: formatPlural(run.failed, 'image') })
  if (run.unmappedClasses.length > 0) {
    const shown = run.unmappedClasses.slice(0, 4).join(', ')
    const more = run.unmappedClasses.length > 4 ? ' …' : ''
    facts.push({
      name: 'Not judged',
      value: `${formatPlural(run.unmappedClasses.length, 'class', 'classes')}: ${shown}${more}`,
    })
  }
  if (run.modelSha256 !== null) facts.push({ name: 'Model', value: `sha256 ${run.modelSha256.slice(0, 12)}…` })
  return facts.filter(({ value }) => value !== '')
}

function providerText(run: RunInfo): string {
  if (run.imagesPerSecond === null) return run.provider
  return `${run.provider}, ${formatCount(Math.round(run.imagesPerSecond))} images/s`
}

/** No line ends inside `46 %` or `q = .039`. */
export function keepFiguresWhole(text: string): string {
  return text.replaceAll(/ (?=%)|(?<=\b[pq]) (?=[=<])|(?<=[=<]) (?=[.\d])/g, '\u00a0')
}

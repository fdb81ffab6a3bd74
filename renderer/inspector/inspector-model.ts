// A sample's figures as the inspector writes them. Pure.
import type { SampleDetail } from '#contract/query.ts'
import { displayName } from '#core/labels/map-classes.ts'

/** A probability with two decimals and no zero before the point: `.81`, `< .01`, `> .99`; `.00` and `1` are exact. */
export function formatProbability(probability: number): string {
  if (probability === 1) return '1'
  if (probability > 0 && probability < 0.01) return '< .01'
  const text = probability.toFixed(2)
  return text === '1.00' ? '> .99' : text.slice(1)
}

/** `640 × 480, 82.1 kB`; parts that are unknown are left out. */
export function describeFile(sample: SampleDetail, formatBytes: (bytes: number) => string): string {
  const size = sample.width === null || sample.height === null ? null : `${sample.width} × ${sample.height}`
  const bytes = sample.sizeBytes === null ? null : formatBytes(sample.sizeBytes)
  return [size, bytes, sample.split].filter((part) => part !== null).join(', ')
}

/** What the label and the accepted answers say together: whether other answers than the label's name are right too. */
export function acceptedNames(sample: SampleDetail): readonly string[] {
  return sample.accepted.map(({ name }) => displayName(name))
}

/** How sources read to a person. */
export function describeSource(source: string): string {
  if (source.startsWith('inferred:')) return `inferred by ${source.slice('inferred:'.length)}`
  return { dataset: 'dataset', sidecar: 'joined file', person: 'by hand' }[source] ?? source
}

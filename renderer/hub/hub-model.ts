// How the Hub's facts read. Pure.
import type { HubDataset } from '#contract/hub.ts'
import { formatBytes } from '../common/figures.ts'

/** "4.83 GB", else the Hub's rough count in words: "1K to 10K samples" for `1K<n<10K`; null where it says neither. */
export function sizeText({ sizeBytes, sizeCategory }: Pick<HubDataset, 'sizeBytes' | 'sizeCategory'>): string | null {
  if (sizeBytes !== null) return formatBytes(sizeBytes)
  const [, low = '', high = ''] = /^(?:(\w+)<)?n<(\w+)$/.exec(sizeCategory ?? '') ?? []
  if (high !== '') return low === '' ? `under ${high} samples` : `${low} to ${high} samples`
  const [, above] = /^n>(\w+)$/.exec(sizeCategory ?? '') ?? []
  return above === undefined ? sizeCategory : `over ${above} samples`
}

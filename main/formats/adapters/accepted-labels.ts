// Better labels that lie beside ImageNet's validation images: ReaL (real.json) and the multi-label file of ImageNet-M.
import type { Finding } from '#core/sample.ts'
import type { FieldSpec, FileTree, TreeEntry } from '../dataset-reader.ts'
import { type MultiLabels, parseMultiLabels } from '../labels-files/multi-labels.ts'
import { parseReal } from '../labels-files/real-labels.ts'
import { parseJsonFile } from '../parse-json.ts'
import { basename } from '../safe-path.ts'
import { noteCases } from './known-images.ts'

const maxFileBytes = 128 << 20
const realFile = /^(?:imagenet[-_])?real(?:[-_]labels)?\.json$/i
const multiLabelFile = /^(?:human_accuracy|(?:imagenet[-_])?multi[-_]?labels?)[^/]*\.json$/i

/** The field that says which images are not fit to be scored. */
export const problematicField: FieldSpec = {
  name: 'problematic',
  kind: 'boolean',
  role: 'plain',
  source: 'sidecar',
}

export interface AcceptedLabels {
  /** What the files say of an image by its file name without folders; `own` are the ids of its class. */
  find(
    name: string,
    own: readonly number[] | null,
  ): { readonly acceptedIds: readonly number[] | null; readonly problematic: boolean | null }
  readonly findings: readonly Finding[]
}

/** Whether a file may hold such labels, by its name. */
export function isAcceptedLabelsFile(path: string): boolean {
  return realFile.test(basename(path)) || multiLabelFile.test(basename(path))
}

/** All such files of a tree; null where there is none. Where both speak of an image, the reviewed multi-labels count. */
export async function readAcceptedLabels(
  tree: FileTree,
  entries: readonly TreeEntry[],
  signal: AbortSignal,
): Promise<AcceptedLabels | null> {
  const real = new Map<string, readonly number[]>()
  const multi: MultiLabels[] = []
  const findings: Finding[] = []
  for (const { path } of entries.filter((entry) => isAcceptedLabelsFile(entry.path))) {
    const json = parseJsonFile(await tree.read(path, maxFileBytes, signal), path, 'get the file anew or leave it out')
    if (realFile.test(basename(path))) {
      for (const [name, ids] of parseReal(json, path)) real.set(name, ids)
      findings.push(...noteReal(path, real))
    } else {
      const labels = parseMultiLabels(json, path)
      multi.push(labels)
      findings.push(...noteMultiLabels(path, labels))
    }
  }
  if (findings.length === 0) return null
  return {
    findings,
    find(name, own) {
      const reviewed = multi.map(({ images }) => images.get(name)).find((found) => found !== undefined)
      const seen = real.get(name)
      const ids = reviewed?.isReviewed === true ? reviewed.accepted : seen
      const problematic = reviewed?.problem !== undefined && reviewed.problem !== null
      const isKnown = reviewed !== undefined || seen !== undefined
      return {
        // An image that no label fits is not judged, and is marked.
        acceptedIds: ids ?? own,
        problematic: isKnown ? problematic || ids?.length === 0 : null,
      }
    },
  }
}

function noteReal(file: string, real: ReadonlyMap<string, readonly number[]>): readonly Finding[] {
  const none = [...real].filter(([, ids]) => ids.length === 0).map(([name]) => name)
  return [
    ...noteCases(
      'adapter_real',
      `“${file}” says which labels are right (ReaL).`,
      'read as accepted labels',
      [],
      real.size,
    ),
    ...noteCases(
      'adapter_real_none',
      'Images to which no label applies, as ReaL says.',
      'not judged, marked problematic',
      none,
    ),
  ]
}

function noteMultiLabels(file: string, { images, unknownWnids }: MultiLabels): readonly Finding[] {
  const problematic = [...images].filter(([, { problem }]) => problem !== null).map(([name]) => name)
  return [
    ...noteCases(
      'adapter_multi_labels',
      `“${file}” says which labels are right, as reviewers found them.`,
      'correct and unclear labels read as accepted',
      [],
      images.size,
    ),
    ...noteCases(
      'adapter_multi_labels_problematic',
      'Images not fit to be scored, as reviewers found.',
      'marked problematic',
      problematic,
    ),
    ...noteCases(
      'adapter_multi_labels_wnid',
      'WordNet ids that are none of ImageNet’s classes.',
      'skipped',
      unknownWnids,
    ),
  ]
}

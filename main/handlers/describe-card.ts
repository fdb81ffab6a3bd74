// A dataset in the contract's words: its card for lists.
import type { DatasetCard } from '#contract/library.ts'
import { FoibleError } from '#core/errors.ts'
import type { HandlerParts } from './handler-parts.ts'
import { describeCube, describeRun } from './summary.ts'

const stripLength = 12

export function describeCard(parts: HandlerParts, id: string): DatasetCard {
  try {
    const dataset = parts.library.dataset(id)
    const { meta } = dataset
    const step = Math.max(1, Math.floor(dataset.rowCount / stripLength))
    return {
      id,
      name: meta.name,
      samples: meta.cube?.images ?? meta.samples,
      source: meta.source,
      format: meta.format,
      createdAt: meta.createdAt,
      cube: describeCube(meta),
      runs: dataset.columns.runs.map((run) => {
        const { model, accuracy, judged, protocol, answers } = describeRun(dataset, run.model)
        return { model, accuracy, judged, protocol, answers }
      }),
      strip:
        meta.cube === undefined
          ? Array.from({ length: Math.min(stripLength, dataset.rowCount) }, (_, i) => i * step + 1)
          : [],
      problem: null,
    }
  } catch (error) {
    // One damaged dataset must not hide the others.
    const problem =
      error instanceof FoibleError
        ? error.message
        : `The dataset cannot be opened (${parts.logBug(error, `dataset ${id}`)}). Restore it from a copy, or import it again.`
    return {
      id,
      name: id,
      samples: 0,
      source: { kind: 'folder', path: '', copied: false },
      format: 'unknown',
      createdAt: '',
      cube: null,
      runs: [],
      strip: [],
      problem,
    }
  }
}

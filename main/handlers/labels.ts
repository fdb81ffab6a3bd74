// Calls about how a dataset's classes stand for a model's, and the decisions that people make about it.
import type { LabelMap } from '#contract/labels.ts'
import { findClasses } from '#core/labels/find-classes.ts'
import { synonymsOf } from '#core/labels/map-classes.ts'
import { indexForProposals, proposeClasses } from '#core/labels/propose-classes.ts'
import { resolveLabelMap } from '#core/labels/resolve-label-map.ts'
import type { DatasetHandle } from '#engine/dataset-handle.ts'
import { type Decisions, decideLabels } from '#engine/labels/decide-labels.ts'
import { type LabelSpace, findLabelSpace } from '#engine/labels/label-space.ts'
import { readLabelMap } from '#engine/labels/read-label-map.ts'
import { findTruthIn } from '#engine/runs/truth.ts'
import { tellChanged } from '#engine/tell-changed.ts'
import type { HandlerParts, Subject } from './handler-parts.ts'

const shownProposals = 5

export function labelHandlers(
  parts: HandlerParts,
): Subject<'labels.map' | 'labels.find' | 'labels.set' | 'labels.read'> {
  const open = async (id: string, model: string, signal: AbortSignal) => {
    await parts.ready
    const dataset = parts.library.dataset(id)
    return { dataset, space: await findLabelSpace(parts, dataset.columns, model, signal) }
  }
  const decide = (dataset: DatasetHandle, space: LabelSpace, decisions: Decisions) => {
    const { changed, judgedAgain } = decideLabels(dataset, space, decisions, parts.now().toISOString())
    if (changed > 0) {
      tellChanged(parts, dataset)
    }
    return { changed, judgedAgain: [...judgedAgain] }
  }
  return {
    'labels.map': async ({ dataset: id, model }, { signal }) => {
      const { dataset, space } = await open(id, model, signal)
      return dataset.remember(`labels ${space.key}`, () => describeMap(dataset, space))
    },
    'labels.find': async ({ dataset: id, model, text, limit }, { signal }) => {
      const { space } = await open(id, model, signal)
      return findClasses(text, space, limit).map((found) => classRef(space, found))
    },
    'labels.set': async ({ dataset: id, model, decisions }, { signal }) => {
      const { dataset, space } = await open(id, model, signal)
      const byClass: Decisions = new Map(
        decisions.map(({ class: name, ids }) => [name, ids && { ids, source: 'person' as const }]),
      )
      return decide(dataset, space, byClass)
    },
    'labels.read': async ({ dataset: id, model, place }, { signal }) => {
      const map = await readLabelMap(parts.places.resolve(place))
      const { dataset, space } = await open(id, model, signal)
      return decide(dataset, space, resolveLabelMap(map, space))
    },
  }
}

/** Only ImageNet's labels are lists of synonyms; elsewhere a comma may be part of the name. */
function classRef({ labels, labelSpace }: LabelSpace, id: number) {
  const label = labels[id] ?? String(id)
  const [name = label, ...synonyms] = labelSpace === 'imagenet-1k' ? synonymsOf(label) : [label]
  return { id, name, synonyms }
}

function describeMap(dataset: DatasetHandle, space: LabelSpace): LabelMap {
  const { classes, mapping } = findTruthIn(dataset.columns, space)
  const index = indexForProposals(space.labels)
  const unmapped = classes.filter(({ samples }, at) => samples > 0 && mapping[at]!.ids.length === 0)
  return {
    labelSpace: space.key,
    classes: classes.map(({ name, samples }, at) => {
      const { ids, how, ambiguous } = mapping[at]!
      const proposals = how === 'none' ? proposeClasses(name, index, shownProposals) : []
      return {
        class: name,
        samples,
        accepted: ids.map((id) => classRef(space, id)),
        how,
        ambiguous,
        proposals: proposals.map(({ id, score }) => ({ ...classRef(space, id), score })),
      }
    }),
    unmapped: { classes: unmapped.length, samples: unmapped.reduce((sum, { samples }) => sum + samples, 0) },
  }
}

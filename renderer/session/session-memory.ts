// Remembers a dataset's session between visits, in the browser's storage. Values that cannot be read are dropped.
import { z } from 'zod'
import { formatLink, parseLink } from './session-link.ts'
import type { SessionState, SessionValues } from './session-store.ts'
import type { FilterVocabulary } from '#core/filter/expr.ts'

const remembered = z.object({
  link: z.string(),
  thumbSize: z.number().min(48).max(480),
  captions: z.boolean(),
  currentId: z.number().int().nullable(),
  inspectorOpen: z.boolean(),
  facetsOpen: z.boolean(),
  facetOpen: z.record(z.string(), z.boolean()),
  quickTags: z.array(z.string()).max(9),
})

const keyOf = (dataset: string) => `foible.session.${dataset}`

export function linkOf(dataset: string, state: SessionState): string {
  return formatLink(dataset, { ...state, model: state.chosenModel, models: state.chosenModels })
}

export function rememberSession(storage: Storage, dataset: string, state: SessionState): void {
  const value: z.input<typeof remembered> = {
    link: linkOf(dataset, state),
    thumbSize: state.thumbSize,
    captions: state.captions,
    currentId: state.currentId,
    inspectorOpen: state.inspectorOpen,
    facetsOpen: state.facetsOpen,
    facetOpen: { ...state.facetOpen },
    quickTags: [...state.quickTags],
  }
  storage.setItem(keyOf(dataset), JSON.stringify(value))
}

/** What was remembered, or nothing for a first visit or a note of another version. */
export function recallSession(storage: Storage, dataset: string, vocabulary: FilterVocabulary): Partial<SessionValues> {
  const text = storage.getItem(keyOf(dataset))
  const parsed = remembered.safeParse(text === null ? null : readJson(text))
  if (!parsed.success) return {}
  const { link, ...rest } = parsed.data
  const { model, models, ...state } = parseLink(link, vocabulary).state
  return { ...rest, ...state, chosenModel: model, chosenModels: models }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

// The state of one open dataset's window: the one filter, the screen, what is chosen. Knows no engine and no markup.
import { createStore, type StoreApi } from 'zustand/vanilla'
import { clausesOf, fromClauses, toggleValue } from '#core/filter/clauses.ts'
import { everything, type FilterExpr, type Path, type Scalar } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'
import type { LinkState, Sort } from './session-link.ts'
import type { ScreenId } from './screens.ts'

/** What `u` takes back: a filter, or the newest change of data (which the engine keeps). */
export type PastAct = { readonly kind: 'filter'; readonly filter: FilterExpr } | { readonly kind: 'data' }

export interface SessionValues {
  readonly filter: FilterExpr
  readonly screen: ScreenId
  readonly groupBy: Path | null
  readonly sort: Sort
  /** null: the first run. */
  readonly chosenModel: string | null
  /** null: all runs. */
  readonly chosenModels: readonly string[] | null
  /** Width of a thumbnail in CSS pixels. */
  readonly thumbSize: number
  readonly captions: boolean
  readonly selectedIds: ReadonlySet<number>
  readonly currentId: number | null
  readonly inspectorOpen: boolean
  /** The screen on which a sample was last chosen, or the inspector asked for. */
  readonly inspectedOn: ScreenId | null
  readonly facetsOpen: boolean
  /** Facets the person opened or closed, by name; others follow their default. */
  readonly facetOpen: Readonly<Record<string, boolean>>
  /** Tags under the keys 1 to 9. */
  readonly quickTags: readonly string[]
  readonly past: readonly PastAct[]
}

export interface SessionActions {
  setFilter(filter: FilterExpr): void
  /** Adds a conjunct; one that is there already changes nothing. */
  addClause(clause: FilterExpr): void
  /** What a click (with `exclude`: an Alt-click) on a value does. */
  toggleValue(path: Path, value: Scalar | null, options?: { readonly exclude?: boolean }): void
  /** Sets the filter and opens the Gallery, where there is one. */
  showImages(filter: FilterExpr): void
  setScreen(screen: ScreenId): void
  setGroupBy(path: Path | null): void
  setSort(sort: Sort): void
  setModel(model: string): void
  setModels(models: readonly string[] | null): void
  setCurrent(id: number | null): void
  setSelected(ids: Iterable<number>): void
  toggleSelected(id: number): void
  setThumbSize(px: number): void
  setCaptions(on: boolean): void
  setInspectorOpen(open: boolean): void
  setFacetsOpen(open: boolean): void
  setFacetOpen(name: string, open: boolean): void
  setQuickTags(tags: readonly string[]): void
  /** Notes that the engine can take something back. */
  recordDataAct(): void
  /** Removes the newest act and returns it; a filter has been put back by then. */
  takeBack(): PastAct | null
  /** Opens what a link or a saved view says. */
  restore(state: Partial<LinkState>): void
}

export type SessionState = SessionValues & SessionActions
export type SessionStore = StoreApi<SessionState>

const longestPast = 100

export const initialSession: SessionValues = {
  filter: everything,
  screen: 'overview',
  groupBy: null,
  sort: null,
  chosenModel: null,
  chosenModels: null,
  thumbSize: 136,
  captions: true,
  selectedIds: new Set(),
  currentId: null,
  inspectorOpen: true,
  inspectedOn: null,
  facetsOpen: true,
  facetOpen: {},
  quickTags: ['label error', 'ambiguous', 'bad image', 'interesting'],
  past: [],
}

/** `hasImages`: whether there is anything to look at. */
export function createSessionStore(initial: Partial<SessionValues> = {}, hasImages = true): SessionStore {
  return createStore<SessionState>()((set, get) => ({
    ...initialSession,
    ...initial,
    setFilter(filter) {
      const before = get().filter
      if (formatFilter(before) === formatFilter(filter)) return
      set({ filter, past: [...get().past, { kind: 'filter' as const, filter: before }].slice(-longestPast) })
    },
    addClause(clause) {
      const clauses = clausesOf(get().filter)
      const texts = clauses.map(formatFilter)
      const added = clausesOf(clause).filter((item) => !texts.includes(formatFilter(item)))
      get().setFilter(fromClauses([...clauses, ...added]))
    },
    toggleValue(path, value, options = {}) {
      get().setFilter(toggleValue(get().filter, path, value, options))
    },
    showImages(filter) {
      get().setFilter(filter)
      if (hasImages) set({ screen: 'gallery' })
    },
    setScreen: (screen) => set({ screen }),
    setGroupBy: (groupBy) => set({ groupBy }),
    setSort: (sort) => set({ sort }),
    setModel: (chosenModel) => set({ chosenModel }),
    setModels: (chosenModels) => set({ chosenModels }),
    setCurrent: (currentId) => set({ currentId, inspectedOn: get().screen }),
    setSelected: (ids) => set({ selectedIds: new Set(ids) }),
    toggleSelected(id) {
      const selectedIds = new Set(get().selectedIds)
      if (!selectedIds.delete(id)) selectedIds.add(id)
      set({ selectedIds })
    },
    setThumbSize: (thumbSize) => set({ thumbSize }),
    setCaptions: (captions) => set({ captions }),
    setInspectorOpen: (inspectorOpen) => set({ inspectorOpen, inspectedOn: get().screen }),
    setFacetsOpen: (facetsOpen) => set({ facetsOpen }),
    setFacetOpen: (name, open) => set({ facetOpen: { ...get().facetOpen, [name]: open } }),
    setQuickTags: (quickTags) => set({ quickTags }),
    recordDataAct: () => set({ past: [...get().past, { kind: 'data' as const }].slice(-longestPast) }),
    takeBack() {
      const act = get().past.at(-1)
      if (act === undefined) return null
      const past = get().past.slice(0, -1)
      set(act.kind === 'filter' ? { past, filter: act.filter } : { past })
      return act
    },
    restore({ model, models, ...rest }) {
      set({
        ...rest,
        ...(model === undefined ? {} : { chosenModel: model }),
        ...(models === undefined ? {} : { chosenModels: models }),
      })
    },
  }))
}

/** The Gallery has the inspector beside it; figures get the whole width until a sample is chosen among them. */
export function showsInspector({ inspectorOpen, inspectedOn, screen }: SessionState): boolean {
  return inspectorOpen && (screen === 'gallery' || inspectedOn === screen)
}

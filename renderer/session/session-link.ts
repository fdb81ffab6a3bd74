// A view of a dataset as an address, so that a link, the back button or a saved view opens it again. Pure.
import { formatFilter } from '#core/filter/format.ts'
import { formatPath } from '#core/filter/names.ts'
import { everything, type FilterExpr, type FilterVocabulary, type Path } from '#core/filter/expr.ts'
import { parsePath } from '#core/filter/parse-path.ts'
import { parseFilter } from '#core/filter/parse.ts'
import type { Order } from '#contract/query.ts'
import { isScreenId, type ScreenId } from './screens.ts'

export type Sort = Order['sort']

/** The part of a session that an address carries. `models` null: all runs. */
export interface LinkState {
  readonly screen: ScreenId
  readonly filter: FilterExpr
  readonly groupBy: Path | null
  readonly sort: Sort
  readonly model: string | null
  readonly models: readonly string[] | null
}

/** `#/dataset/<id>/<screen>?where=…&group=…&sort=…&desc=1&model=…&models=…` */
export function formatLink(dataset: string, state: LinkState): string {
  const query = new URLSearchParams()
  const where = formatFilter(state.filter)
  if (where !== '') query.set('where', where)
  if (state.groupBy !== null) query.set('group', formatPath(state.groupBy))
  if (state.sort !== null) query.set('sort', formatSortPath(state.sort))
  if (state.sort?.descending === true) query.set('desc', '1')
  if (state.model !== null) query.set('model', state.model)
  for (const model of state.models ?? []) query.append('models', model)
  const text = query.toString()
  return `#/dataset/${encodeURIComponent(dataset)}/${state.screen}${text === '' ? '' : `?${text}`}`
}

/** The dataset that an address names, or null for the welcome screen. */
export function datasetOfLink(hash: string): string | null {
  const id = /^#\/dataset\/([^/?]+)/.exec(hash)?.[1]
  return id === undefined ? null : decodeURIComponent(id)
}

/** True if the address says more than which dataset to open. */
export function isFullLink(hash: string): boolean {
  return /^#\/dataset\/[^/?]+\/[^/?]+/.test(hash)
}

/** Reads an address; parts that cannot be read are left at their defaults and named in `problems`. */
export function parseLink(
  hash: string,
  vocabulary: FilterVocabulary,
): { state: LinkState; problems: readonly string[] } {
  const [path = '', text = ''] = hash.split('?', 2)
  const screen = path.split('/')[3] ?? ''
  const query = new URLSearchParams(text)
  const problems: string[] = []
  const attempt = <T>(read: () => T, fallback: T): T => {
    try {
      return read()
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error))
      return fallback
    }
  }
  const group = query.get('group')
  const models = query.getAll('models')
  return {
    state: {
      screen: isScreenId(screen) ? screen : 'overview',
      filter: attempt(() => parseFilter(query.get('where') ?? '', vocabulary), everything),
      groupBy: attempt(() => (group === null ? null : parsePath(group, vocabulary)), null),
      sort: attempt(() => parseSort(query.get('sort'), query.get('desc') === '1', vocabulary), null),
      model: query.get('model'),
      models: models.length > 0 ? models : null,
    },
    problems,
  }
}

export function formatSortPath(sort: NonNullable<Sort>): string {
  return sort.path === 'wrong_models' ? 'wrong_models' : formatPath(sort.path)
}

/** `wrong_models` or the text of a path; null sorts by id. */
export function parseSort(text: string | null, descending: boolean, vocabulary: FilterVocabulary): Sort {
  if (text === null) return null
  if (text === 'wrong_models') return { path: 'wrong_models', descending }
  return { path: parsePath(text, vocabulary), descending }
}

// The commands that hold on every screen of a dataset.
import { clausesOf, withoutOwn } from '#core/filter/clauses.ts'
import { everything } from '#core/filter/expr.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { isForCube } from '../cube/cube-model.ts'
import { useUndo } from '../tags/use-undo.ts'
import { showsInspector } from '../session/session-store.ts'
import { useSession, useSessionPart } from '../session/session.ts'
import { useCommands, type Command } from './commands.ts'
import { useDialogs } from './dialog-store.ts'
import { screens } from './screens.tsx'
import { useOpenView } from './views-menu.tsx'

export function useWorkspaceCommands(): void {
  const session = useSession()
  const show = useDialogs((dialogs) => dialogs.show)
  const openView = useOpenView()
  const { undo, redo } = useUndo()
  const fetchImages = useEngineAction('datasets.fetchImages')
  const { dataset, filter, facetsOpen } = session
  const inspectorOpen = useSessionPart(showsInspector)
  const groupable = dataset.fields.filter(
    ({ kind, builtIn }) => !builtIn && (kind === 'category' || kind === 'boolean'),
  )
  const commands: readonly Command[] = [
    ...screens.map(({ id, title, key }): Command => ({
      id: `screen-${id}`,
      title,
      group: 'Go to',
      keys: [`g ${key}`],
      run: () => session.setScreen(id),
    })),
    { id: 'undo', title: 'Undo', group: 'Select and tag', keys: ['u', 'Mod+z'], run: undo },
    { id: 'redo', title: 'Redo', group: 'Select and tag', keys: ['Mod+Shift+z'], run: redo },
    {
      id: 'clear-filter',
      title: 'Clear the filter',
      group: 'Filter',
      keys: ['c'],
      run: () => session.setFilter(everything),
    },
    {
      id: 'drop-clause',
      title: 'Drop the last clause',
      group: 'Filter',
      keys: ['Backspace'],
      run: () => session.setFilter({ kind: 'and', items: clausesOf(filter).slice(0, -1) }),
    },
    {
      id: 'facets',
      title: 'Show or hide facets',
      group: 'View',
      keys: ['f'],
      run: () => session.setFacetsOpen(!facetsOpen),
    },
    {
      id: 'inspector',
      title: 'Show or hide the inspector',
      group: 'View',
      keys: ['i'],
      run: () => session.setInspectorOpen(!inspectorOpen),
    },
    { id: 'save-view', title: 'Save this view', group: 'View', keys: ['s'], run: () => show('save-view') },
    { id: 'predict', title: 'Predict with a model', group: 'Dataset', keys: ['p'], run: () => show('predict') },
    { id: 'infer', title: 'Infer a field', group: 'Dataset', keys: [], run: () => show('infer') },
    { id: 'join', title: 'Join a file or predictions', group: 'Dataset', keys: [], run: () => show('join') },
    { id: 'export', title: 'Export this view', group: 'Dataset', keys: ['e'], run: () => show('export') },
    { id: 'report', title: 'Write a report', group: 'Dataset', keys: [], run: () => show('report') },
    { id: 'import', title: 'Import a dataset', group: 'Dataset', keys: [], run: () => show('import') },
    { id: 'add-model', title: 'Add a model', group: 'Dataset', keys: [], run: () => show('add-model') },
    { id: 'labels', title: 'Review classes', group: 'Dataset', keys: [], run: () => show('labels') },
    { id: 'details', title: 'About this dataset', group: 'Dataset', keys: [], run: () => show('details') },
    ...(dataset.source.kind === 'hub'
      ? [
          {
            id: 'revision',
            title: 'Look for a newer revision',
            group: 'Dataset',
            keys: [],
            run: () => show('revision'),
          } satisfies Command,
          {
            id: 'fetch-images',
            title: 'Fetch all images from the Hub',
            group: 'Dataset',
            keys: [],
            run: () => void fetchImages.run({ dataset: dataset.id }),
          } satisfies Command,
        ]
      : []),
    ...groupable.map(({ name }): Command => ({
      id: `group-${name}`,
      title: `Group by ${name}`,
      group: 'View',
      keys: [],
      run: () => {
        session.setGroupBy({ kind: 'field', name })
        session.setScreen('gallery')
      },
    })),
    ...session.models.flatMap((model): Command[] => {
      const path = { kind: 'run', model, property: 'correct' } as const
      return [false, true].map((value) => ({
        id: `only-${model}-${value}`,
        title: `Only what ${model} gets ${value ? 'right' : 'wrong'}`,
        group: 'Filter',
        keys: [],
        run: () =>
          session.setFilter({
            kind: 'and',
            items: [withoutOwn(filter, path), { kind: 'compare', path, op: '=', value }],
          }),
      }))
    }),
    ...dataset.views.map((view): Command => ({
      id: `view-${view.name}`,
      title: `Open the view “${view.name}”`,
      group: 'View',
      keys: [],
      run: () => openView(view),
    })),
  ]
  useCommands(dataset.cube === null ? commands : commands.filter(({ id }) => isForCube(id)), { isBase: true })
}

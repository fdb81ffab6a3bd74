// Who may import whom: the table of docs/architecture.md as rules. What a folder's rule does not list is an error.

const packages = '^(node_modules/|node:)|^[a-z0-9_/]+$'

/** One rule for a folder: it may import itself, the listed folders, and packages. */
function only(name, from, to) {
  return {
    name,
    comment: `${name} may import ${to.length === 0 ? 'itself' : to.join(', ')} only`,
    severity: 'error',
    from: { path: from },
    to: { pathNot: [from, packages, ...to.map((folder) => (folder.startsWith('^') ? folder : `^${folder}/`))] },
  }
}

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'types may refer to each other',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-missing', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^electron$' } },
    {
      name: 'core-is-pure',
      comment: 'core knows neither Node nor the browser',
      severity: 'error',
      from: { path: '^main/core/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only-electron-knows-electron',
      severity: 'error',
      from: { pathNot: '^(electron|build)/' },
      to: { path: '^(node_modules/electron/|electron$)' },
    },
    {
      name: 'renderer-has-no-node',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    only('core', '^main/core/', []),
    only('contract', '^main/contract/', ['main/core']),
    only('store', '^main/store/', ['main/core']),
    only('formats', '^main/formats/', ['main/core']),
    only('hub', '^main/hub/', ['main/core', '^main/formats/dataset-reader\\.ts$']),
    only('native-models', '^native-models/', ['main/core']),
    only('handlers', '^main/handlers/', ['main', 'native-models']),
    only('engine', '^main/engine/', ['main', 'native-models']),
    only('serve', '^main/serve/', ['main/core', 'main/contract', 'main/engine']),
    only('cli', '^main/cli/', ['main/core', 'main/contract', 'main/engine', 'main/serve']),
    only('renderer', '^renderer/', ['main/core', 'main/contract']),
    only('electron', '^electron/', ['main/core', 'main/contract', '^main/engine/create-engine\\.ts$']),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|build/sample|test/fixtures)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'main/tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}

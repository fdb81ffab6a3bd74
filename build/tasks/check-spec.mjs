// Every rule of test/SPEC.md has a test whose title begins with its id, and every test names a rule that is there.
import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { projectRoot } from '../node-runtime.mjs'

const tests = join(projectRoot, 'test')
const rulePattern = /^- \*\*([A-Z][A-Z0-9]*)\*\* /gm
const titlePattern = /(?<![\w.])(?:it|test)((?:\.\w+(?:\((?:[^()]|\([^()]*\))*\))?)*)\(\s*(['"`])([^\n]*)/g
const idPattern = /^\[([A-Z][A-Z0-9]*)\] \S/

/** Sentences that say what is wrong; none if all is well. */
export function checkSpec() {
  const rules = new Map()
  const problems = []
  for (const file of listFiles((name) => name.startsWith('SPEC') && name.endsWith('.md'))) {
    for (const [, id] of readFileSync(file, 'utf8').matchAll(rulePattern)) {
      if (rules.has(id)) problems.push(`${id} is written twice: ${rules.get(id)}, ${relative(projectRoot, file)}`)
      rules.set(id, relative(projectRoot, file))
    }
  }
  const tested = new Set()
  for (const file of listFiles((name) => /\.test\.tsx?$/.test(name))) {
    for (const [, , , title] of readFileSync(file, 'utf8').matchAll(titlePattern)) {
      const id = idPattern.exec(title)?.[1]
      const where = relative(projectRoot, file)
      if (id === undefined) problems.push(`${where}: "${title.slice(0, 60)}" does not begin with a rule's id`)
      else if (!rules.has(id)) problems.push(`${where}: there is no rule ${id}`)
      else tested.add(id)
    }
  }
  for (const id of rules.keys()) if (!tested.has(id)) problems.push(`${id} has no test`)
  return problems
}

function listFiles(wanted) {
  return readdirSync(tests, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && (wanted(entry.name) || (entry.parentPath.endsWith('SPEC.d') && wanted(`SPEC-${entry.name}`))),
    )
    .map((entry) => join(entry.parentPath, entry.name))
}

// Every rule of test/SPEC.md has a test whose title begins with its id, and every test names a rule that is there.
import { readFileSync, readdirSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { projectRoot } from '../node-runtime.mjs'

const rulePattern = /^- \*\*([A-Z][A-Z0-9]*)\*\* /gm
// `it(`, `it.each(table)(`, `test.skipIf(condition)(`: the modifiers' arguments may hold brackets two deep.
const titlePattern =
  /(?<![\w.'"`])(?:it|test)(?:\.\w+(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?)*\(\s*['"`]([^\n]*)/g
const idPattern = /^\[([A-Z][A-Z0-9]*)\] \S/

/** Sentences that say what is wrong in this checkout; none if all is well. */
export function checkSpec() {
  const files = readdirSync(join(projectRoot, 'test'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const read = (path) => ({ name: relative(projectRoot, path), text: readFileSync(path, 'utf8') })
  const specs = files.filter((path) => basename(path) === 'SPEC.md')
  const tests = files.filter((path) => /\.test\.tsx?$/.test(path))
  return compareRules(specs.map(read), tests.map(read))
}

/**
 * @param {readonly {name: string, text: string}[]} specs
 * @param {readonly {name: string, text: string}[]} tests
 * @returns {string[]}
 */
export function compareRules(specs, tests) {
  const rules = new Map()
  const problems = []
  for (const { name, text } of specs) {
    for (const [, id] of text.matchAll(rulePattern)) {
      if (rules.has(id)) problems.push(`${id} is written twice: ${rules.get(id)}, ${name}`)
      else rules.set(id, name)
    }
  }
  const tested = new Set()
  for (const { name, text } of tests) {
    for (const [, title] of text.matchAll(titlePattern)) {
      const id = idPattern.exec(title)?.[1]
      if (id === undefined) problems.push(`${name}: "${title.slice(0, 60)}" does not begin with a rule's id`)
      else if (rules.has(id)) tested.add(id)
      else problems.push(`${name}: there is no rule ${id}`)
    }
  }
  for (const id of rules.keys()) if (!tested.has(id)) problems.push(`${id} has no test`)
  return problems
}

import { describe, expect, it } from 'vitest'
import { compareRules } from '../../../build/tasks/check-spec.mjs'

const spec = { name: 'SPEC.md', text: '# Rules\n- **AB1** One.\n- **AB2** Two.\n' }

function titles(...lines: string[]) {
  return { name: 'a.test.ts', text: lines.join('\n') }
}

describe('compareRules', () => {
  it('[SH6] is content when rules and tests match', () => {
    const tests = titles(`it('[AB1] adds', () => {`, `it.each([['x', f(1)]])(\`[AB2] takes %s\`, () => {`)
    expect(compareRules([spec], [tests])).toEqual([])
  })

  it('[SH6] finds rules without tests, tests without rules and titles without ids', () => {
    const tests = titles(`it('[AB1] adds', () => {`, `it.skipIf(x)('[AB9] knows', () => {`, `test("adds", () => {`)
    expect(compareRules([spec], [tests])).toEqual([
      'a.test.ts: there is no rule AB9',
      'a.test.ts: "adds", () => {" does not begin with a rule\'s id',
      'AB2 has no test',
    ])
  })

  it('[SH6] finds rules written twice', () => {
    const again = { name: 'b/SPEC.md', text: '- **AB1** One again.' }
    const tests = titles(`it('[AB1] adds'`, `it('[AB2] takes'`)
    expect(compareRules([spec, again], [tests])).toEqual(['AB1 is written twice: SPEC.md, b/SPEC.md'])
  })

  it('[SH6] takes calls of other things named it for no tests', () => {
    const tests = titles(`it('[AB1] adds'`, `it('[AB2] takes'`, `split('x')`, `commit('y')`, `pattern.test('z')`)
    expect(compareRules([spec], [tests])).toEqual([])
  })
})

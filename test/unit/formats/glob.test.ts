import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compileGlob } from '#formats/glob.ts'

/** By trying everything: what each wildcard may take, one character after the other. */
function matchesNaively(pattern: string, path: string, atStart = true): boolean {
  if (pattern === '') return path === ''
  const takes = (rest: string, fits: (taken: string) => boolean, starts: boolean) =>
    Array.from({ length: path.length + 1 }, (_, i) => i).some(
      (i) => fits(path.slice(0, i)) && matchesNaively(rest, path.slice(i), starts),
    )
  if (atStart && pattern.startsWith('**/'))
    return takes(pattern.slice(3), (taken) => taken === '' || /^(?:[^/]+\/)+$/.test(taken), true)
  if (pattern.startsWith('**')) return takes(pattern.slice(2), () => true, false)
  if (pattern.startsWith('*')) return takes(pattern.slice(1), (taken) => !taken.includes('/'), false)
  const isOne = pattern.startsWith('?') ? path !== '' && !path.startsWith('/') : path.startsWith(pattern.charAt(0))
  return isOne && matchesNaively(pattern.slice(1), path.slice(1), pattern.startsWith('/'))
}

it('[FZ4] patterns match what trying everything matches', () => {
  const pattern = fc.array(fc.constantFrom('a', 'b', '/', '*', '**', '/**/', '?', '.'), { maxLength: 7 })
  const path = fc.array(fc.constantFrom('a', 'b', 'a/', '.'), { maxLength: 8 })
  fc.assert(
    fc.property(pattern, path, (tokens, parts) => {
      const [text, name] = [tokens.join('').replace(/^\.\//, ''), parts.join('')]
      expect(compileGlob(text)(name)).toBe(matchesNaively(text, name))
    }),
    { seed: 5, numRuns: 2000 },
  )
})

it('[FZ5] patterns of many wildcards, braces or half brackets are answered at once', () => {
  expect(compileGlob(`${'*a'.repeat(2000)}b`)('a'.repeat(4000))).toBe(false)
  expect(compileGlob(`${'**a'.repeat(1000)}b`)('a/'.repeat(2000))).toBe(false)
  expect(compileGlob('{a,b}'.repeat(40))('a')).toBe(false)
  expect(['{a,b', '{{a,b}', '[z-a]', '[', '\\'].map((pattern) => compileGlob(pattern)('x'))).not.toContain(true)
  expect(compileGlob('x{a,{b,c}}')('xc')).toBe(true)
})

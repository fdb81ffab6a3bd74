// Damage to tables and YAML: lines, cells, quotes, encodings; YAML's aliases and brackets.
import { mutateBytes } from './mutate-bytes.ts'
import { hostileTexts } from './hostile-texts.ts'
import type { Random } from './random.ts'

type TextDamage = (random: Random, text: string) => string

const ofAny: readonly TextDamage[] = [
  (random, text) => changeLines(random, text, (lines, at) => lines.splice(at, 1)),
  (random, text) => changeLines(random, text, (lines, at) => lines.splice(at, 0, lines[at] ?? '')),
  (random, text) => changeLines(random, text, (lines) => lines.splice(0, Infinity, ...lines.toReversed())),
  (random, text) => changeLines(random, text, (lines, at) => (lines[at] += random.pick(hostileTexts))),
  (random, text) =>
    changeLines(random, text, (lines, at) => (lines[at] += 'x'.repeat(random.pick([1000, 100_000, 17 << 20])))),
  (random, text) => insert(random, text, random.pick(hostileTexts)),
  (random, text) => insert(random, text, '\0'),
  (random, text) => insert(random, text, '"'),
  (_, text) => `\uFEFF${text}`,
  (_, text) => text.replaceAll('\n', '\r'),
]

const ofTables: readonly TextDamage[] = [
  (random, text) => replaceCell(random, text, random.pick(hostileTexts)),
  (random, text) => replaceCell(random, text, ''),
  (random, text) => replaceCell(random, text, random.pick(['NaN', 'inf', '1e400', 'true', '[1,2', '[null]', '1;2;x'])),
  (random, text) => replaceCell(random, text, `"${random.pick(hostileTexts).replaceAll('"', '""')}"`),
  (random, text) => {
    const more = Array.from({ length: random.pick([10, 300, 5000]) }, (_, i) => `c${i}`).join(',')
    return changeLines(random, text, (lines) => lines.forEach((line, i) => (lines[i] = `${line},${more}`)))
  },
  (random, text) => text.replaceAll(',', random.pick([';', '\t', '|', '§'])),
  (_, text) => `sep=;\n${text}`,
  (_, text) => text.replace(/^[^,\n]*,/, ','),
  (_, text) => text.replace(/^([^,\n]*),([^,\n]*)/, '$1,$1'),
]

const ofYaml: readonly TextDamage[] = [
  (random, text) =>
    replaceValue(random, text, random.pick(['*nowhere', '&a [*a]', '!!js/function x', '? ? ?', '- - -'])),
  (random, text) =>
    replaceValue(random, text, random.pick(['{toString: 1, valueOf: 2}', '{__proto__: [1]}', '[[[', '~'])),
  (random, text) =>
    replaceValue(random, text, random.pick(['**/*a*a*a*a*a*a*a*a*b', '{{a,b}', '[z-a].csv', '\\', '**'])),
  (random, text) => replaceValue(random, text, random.pick(['.nan', '-.inf', '0o17', '1e999', '2001-12-14', '|', '>'])),
  (random, text) => replaceValue(random, text, bracketsOf(random.pick([50, 1000, 100_000]))),
  (random, text) => insertLines(random, text, aliasBomb),
  (random, text) => insertLines(random, text, '<<: {configs: 1}\n'),
  (random, text) => insertLines(random, text, '---\n'),
  (random, text) =>
    changeLines(random, text, (lines, at) => (lines[at] = ' '.repeat(random.int(9)) + (lines[at] ?? ''))),
]

const aliasBomb = Array.from({ length: 12 }, (_, i) =>
  i === 0 ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]\n' : `a${i}: &a${i} [${new Array(9).fill(`*a${i - 1}`).join(', ')}]\n`,
).join('')

export function mutateTable(random: Random, bytes: Uint8Array): Uint8Array {
  return mutateText(random, bytes, ofTables)
}

export function mutateYaml(random: Random, bytes: Uint8Array): Uint8Array {
  return mutateText(random, bytes, ofYaml)
}

function mutateText(random: Random, bytes: Uint8Array, own: readonly TextDamage[]): Uint8Array {
  if (random.isLikely(0.2)) return mutateBytes(random, bytes)
  let text = Buffer.from(bytes).toString('utf8')
  const count = 1 + random.int(3)
  for (let i = 0; i < count; i++) text = random.pick(random.isLikely(0.6) ? own : ofAny)(random, text)
  const encoding = random.isLikely(0.05) ? random.pick(['utf16le', 'latin1'] as const) : 'utf8'
  return Buffer.from(encoding === 'utf16le' ? `\uFEFF${text}` : text, encoding)
}

function changeLines(random: Random, text: string, change: (lines: string[], at: number) => unknown): string {
  const lines = text.split('\n')
  change(lines, random.int(lines.length))
  return lines.join('\n')
}

function insert(random: Random, text: string, piece: string): string {
  const at = random.int(text.length + 1)
  return text.slice(0, at) + piece + text.slice(at)
}

function insertLines(random: Random, text: string, piece: string): string {
  return changeLines(random, text, (lines, at) => lines.splice(at, 0, ...piece.trimEnd().split('\n')))
}

function replaceCell(random: Random, text: string, cell: string): string {
  return changeLines(random, text, (lines, at) => {
    const cells = (lines[at] ?? '').split(/([,\t;])/)
    cells[2 * random.int((cells.length + 1) / 2)] = cell
    lines[at] = cells.join('')
  })
}

/** What follows the colon or dash of a line. */
function replaceValue(random: Random, text: string, value: string): string {
  return changeLines(random, text, (lines, at) => {
    lines[at] = (lines[at] ?? '').replace(/([:-] ?)[^:]*$/, (_, before: string) => `${before} ${value}`)
  })
}

function bracketsOf(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth)
}

// Class names by id out of a list that somebody put beside a model: lines of text, numbered or not, or JSON. Pure.
import { FoibleError } from '#core/errors.ts'
import { z } from 'zod'

const label = z.union([z.string(), z.tuple([z.string(), z.string()]).transform(([, name]) => name)])
const namesById = z.record(z.string().regex(/^\d+$/), label)
const idsByName = z.record(z.string(), z.number().int().min(0))

/**
 * Reads names in the order of their ids: a list, an object of names by id or of ids by name (label2id), Keras' class index, the
 * dictionary that Python prints, or one name a line.
 * Throws `model_unsupported` (details: `{file, part}`) where the ids have gaps, or there is nothing to read.
 */
export function readLabelFile(text: string, file: string): readonly string[] {
  const content = text.replace(/^\uFEFF/, '').trim()
  const names = /^[[{]/.test(content) ? fromObject(content, file) : fromLines(content)
  if (names.length > 0) return names
  throw unreadable(file, `${file} beside the model names no classes: write one name a line, or remove it.`)
}

/** Names by id as JSON, or as Python prints them. Throws as `readLabelFile` does; empty where it is neither. */
export function fromObject(text: string, file: string): readonly string[] {
  const json = parsedJson(text)
  const list = z.array(label).safeParse(json)
  if (list.success) return list.data
  const byId = namesById.safeParse(json)
  if (byId.success) return inOrder(byId.data, file)
  const byName = idsByName.safeParse(json)
  if (byName.success) {
    return inOrder(Object.fromEntries(Object.entries(byName.data).map(([name, id]) => [String(id), name])), file)
  }
  const printed = [...text.matchAll(/(\d+):\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)]
  return inOrder(Object.fromEntries(printed.map((m) => [m[1] ?? '', unescaped(m[2] ?? m[3] ?? '')])), file)
}

/** Numbers in front go where every line has its own. */
function fromLines(text: string): readonly string[] {
  const lines = text.split(/\r\n|[\r\n]/).map((line) => line.trim())
  if (text === '') return []
  for (const first of [0, 1]) {
    const numbered = lines.map((line, index) => stripNumber(line, index + first))
    if (numbered.every((name) => name !== null)) return numbered
  }
  return lines
}

function stripNumber(line: string, number: number): string | null {
  const rest = line.startsWith(String(number)) ? line.slice(String(number).length) : ''
  return /^\s*[:,;\t ]\s*\S/.test(rest) ? rest.replace(/^\s*[:,;]?\s*/, '') : null
}

/** Names of 0, 1, 2 ... without gaps. Throws `model_unsupported`. */
export function inOrder(names: Readonly<Record<string, string>>, file: string): readonly string[] {
  const count = Object.keys(names).length
  return Array.from({ length: count }, (_, id) => {
    const name = names[String(id)]
    if (name !== undefined) return name
    throw unreadable(
      file,
      `${file} names ${count} classes but none with the id ${id}: ids must run from 0 without gaps.`,
      id,
    )
  })
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, '$1')
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // Python's notation, which the caller reads next.
  }
}

function unreadable(file: string, message: string, id?: number): FoibleError {
  return new FoibleError('model_unsupported', message, { file, part: 'id2label', ...(id === undefined ? {} : { id }) })
}

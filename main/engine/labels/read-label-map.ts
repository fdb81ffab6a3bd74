// Reads a label map: CSV with the columns class and ids (or labels), or a JSON object by class.
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { FoibleError } from '#core/errors.ts'
import type { LabelMap } from '#core/labels/resolve-label-map.ts'
import { createFindingLog } from '#formats/finding-log.ts'
import { parseJson } from '#formats/parse-json.ts'
import { readCsv } from '#formats/read-csv.ts'

const maxBytes = 16 << 20
const answer = z.union([z.number(), z.string()])
const jsonShape = z.record(z.string(), z.union([answer, z.array(answer), z.null()]))
const answerColumns = ['ids', 'id', 'labels', 'label', 'names', 'name']

/** Throws `not_found`, `too_large` or `broken_file` with what the file should be. Names are not looked up. */
export async function readLabelMap(file: string): Promise<LabelMap> {
  const name = path.basename(file)
  const info = await stat(file).catch((cause: unknown) => {
    throw new FoibleError('not_found', `There is no file “${name}”. Choose the label map again.`, { file }, { cause })
  })
  if (!info.isFile()) throw brokenMap(name, 'it is not a file')
  if (info.size > maxBytes) {
    throw new FoibleError('too_large', `“${name}” is larger than a label map can be (16 MB).`, { file: name })
  }
  return /\.json$/i.test(file) ? parseMap(await readFile(file, 'utf8'), name) : await parseCsv(file, name)
}

function parseMap(text: string, name: string): LabelMap {
  let json: unknown
  try {
    json = parseJson(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw brokenMap(name, cause instanceof Error ? cause.message : String(cause), cause)
  }
  const parsed = jsonShape.safeParse(json)
  if (!parsed.success) throw brokenMap(name, z.prettifyError(parsed.error).replaceAll('\n', ' '))
  return new Map(
    Object.entries(parsed.data).map(([key, value]) => [
      key,
      value === null ? [] : Array.isArray(value) ? value : [value],
    ]),
  )
}

async function parseCsv(file: string, name: string): Promise<LabelMap> {
  const map = new Map<string, string[]>()
  let columns: { readonly class: number; readonly answers: number } | null = null
  for await (const { cells, line } of readCsv(createReadStream(file), name, createFindingLog())) {
    if (columns === null) {
      const header = cells.map((cell) => cell?.trim().toLowerCase() ?? '')
      columns = { class: header.indexOf('class'), answers: header.findIndex((cell) => answerColumns.includes(cell)) }
      if (columns.class < 0 || columns.answers < 0) throw brokenMap(name, 'its first line does not name these columns')
      continue
    }
    const key = cells[columns.class]
    if (key === null || key === undefined) throw brokenMap(name, `line ${line} has no class`)
    if (map.has(key)) throw brokenMap(name, `“${key}” stands there twice, again in line ${line}; join its ids by “;”`)
    const answers = (cells[columns.answers] ?? '').split(';').map((cell) => cell.trim())
    map.set(
      key,
      answers.filter((cell) => cell !== ''),
    )
  }
  if (columns === null) throw brokenMap(name, 'it is empty')
  return map
}

function brokenMap(file: string, why: string, cause?: unknown): FoibleError {
  const message = `“${file}” is no label map: ${why}. It is CSV with the columns class and ids (or labels), joined by “;”, or a JSON object of ids or names by class.`
  return new FoibleError('broken_file', message, { file }, cause === undefined ? {} : { cause })
}

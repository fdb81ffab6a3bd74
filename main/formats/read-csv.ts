// CSV as people's programs write it: commas, semicolons, tabs or bars; byte order marks; UTF-16; cells that are not UTF-8.
import { parse } from 'csv-parse'
import { Readable, pipeline } from 'node:stream'
import { FoibleError } from '#core/errors.ts'
import type { FindingLog } from './finding-log.ts'
import { readHead } from './read-head.ts'
import { extension } from './safe-path.ts'

/** One record; a cell without anything is null, one with empty quotes is ''. */
export interface CsvRecord {
  readonly cells: readonly (string | null)[]
  /** The line it ends on, from 1. */
  readonly line: number
}

const headBytes = 1 << 16
/** A quote that is never closed must not take the rest of a large file into memory. */
const maxRecordBytes = 16 << 20
const delimiters = [',', '\t', ';', '|'] as const

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const windows1252 = new TextDecoder('windows-1252')

/** The records of a CSV or TSV file, the header first. Throws `broken_file` with the line where quotes do not pair up. */
export async function* readCsv(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  findings: FindingLog,
): AsyncGenerator<CsvRecord> {
  const { head, all } = await readHead(decodeMarked(chunks), headBytes)
  const { delimiter, skippedLines } = sniffDialect(Buffer.from(head).toString('latin1'), extension(file))
  const decodeCell = createCellDecoder(file, findings)
  const parser = parse({
    // Bytes stay apart as characters, so that each cell can be tried as UTF-8 by itself.
    encoding: 'latin1',
    delimiter,
    from_line: skippedLines + 1,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: maxRecordBytes,
    info: true,
    cast: (cell, { quoting, lines }) => (cell === '' && !quoting ? null : decodeCell(cell, lines)),
  })
  // Whatever ends the source early destroys the parser, and the loop over its rows throws it.
  pipeline(Readable.from(all), parser, () => undefined)
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: (string | null)[]
      info: { lines: number }
    }>) {
      yield { cells: record, line: info.lines }
    }
  } catch (cause) {
    if (!(cause instanceof Error && 'lines' in cause)) throw cause
    throw new FoibleError(
      'broken_file',
      `“${file}” is not a readable CSV file: ${cause.message}. Mend that line and import again.`,
      { file, position: cause.lines },
      { cause },
    )
  }
}

/** Cells as UTF-8, else as Windows-1252 with a finding: what Excel saves as “CSV” in Western Europe. */
function createCellDecoder(file: string, findings: FindingLog): (cell: string, line: number) => string {
  return (cell, line) => {
    if (!/[\x80-\xff]/.test(cell)) return cell
    const bytes = Buffer.from(cell, 'latin1')
    try {
      return utf8.decode(bytes)
    } catch {
      findings.add('not_utf8', `${file}:${line}`)
      return windows1252.decode(bytes)
    }
  }
}

/** The bytes as UTF-8 without a byte order mark, also where the mark says UTF-16. */
async function* decodeMarked(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { head, all } = await readHead(chunks, 3)
  const encoding =
    head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : null
  if (encoding !== null) {
    const decoder = new TextDecoder(encoding)
    for await (const chunk of all) yield Buffer.from(decoder.decode(chunk, { stream: true }))
    yield Buffer.from(decoder.decode())
    return
  }
  let marked = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
  for await (const chunk of all) {
    const skipped = Math.min(marked, chunk.length)
    marked -= skipped
    if (chunk.length > skipped) yield chunk.subarray(skipped)
  }
}

/** What separates cells: the candidate that cuts the first records most evenly. Excel's line `sep=;` has the first word. */
function sniffDialect(head: string, fileExtension: string): { delimiter: string; skippedLines: number } {
  const said = /^sep=(.)\r?\n/i.exec(head)?.[1]
  if (said !== undefined) return { delimiter: said, skippedLines: 1 }
  const records = firstRecords(head)
  const counts = delimiters.map((delimiter) => {
    const cuts = records.map((record) => record.split(delimiter).length - 1)
    const [inHeader = 0] = cuts
    return { delimiter, inHeader, even: cuts.filter((n) => n === inHeader).length }
  })
  if (fileExtension === 'tsv' && counts.some(({ delimiter, inHeader }) => delimiter === '\t' && inHeader > 0))
    return { delimiter: '\t', skippedLines: 0 }
  const [best] = counts
    .filter(({ inHeader }) => inHeader > 0)
    .sort((a, b) => b.even - a.even || b.inHeader - a.inHeader)
  return { delimiter: best?.delimiter ?? (fileExtension === 'tsv' ? '\t' : ','), skippedLines: 0 }
}

/** Up to 20 records without what is between quotes; the last one may be cut off and is left out if there are others. */
function firstRecords(head: string): readonly string[] {
  const lines = head.replace(/"(?:[^"]|"")*(?:"|$)/g, '').split(/\r\n|\n|\r/)
  const whole = lines.length > 1 ? lines.slice(0, -1) : lines
  return whole.filter((line) => line !== '').slice(0, 20)
}

/** Names for the columns of a header: those without one, or with an earlier one's, get one of their own. */
export function nameColumns(header: readonly (string | null)[], file: string, findings: FindingLog): readonly string[] {
  const given = new Set(header)
  const taken = new Set<string>()
  return header.map((cell, i) => {
    const own = cell ?? ''
    if (own !== '' && !taken.has(own)) {
      taken.add(own)
      return own
    }
    const stem = own === '' ? 'column' : own
    let number = own === '' ? i + 1 : 2
    while (taken.has(`${stem}_${number}`) || given.has(`${stem}_${number}`)) number++
    const name = `${stem}_${number}`
    findings.add('column_renamed', `${file}: ${name}`)
    taken.add(name)
    return name
  })
}

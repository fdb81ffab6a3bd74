// A report as one HTML page that needs nothing else: no script, no network, thumbnails inside.
import type { Block, Cell } from './report-blocks.ts'

const style = `
:root { color-scheme: light dark; --line: #d9dbe0; --dim: #5d6169; --accent: #2c58bd; --bar: #c3cfea; --wash: #fff4e6; }
@media (prefers-color-scheme: dark) { :root { --line: #3a3d43; --dim: #9a9da3; --accent: #86a9f2; --bar: #33415f; --wash: #33291c; } }
body { max-width: 1080px; margin: 0 auto; padding: 24px; font: 14px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 22px; } h2 { margin-top: 32px; font-size: 17px; } h3 { margin-bottom: 4px; font-size: 14px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; }
th, td { padding: 4px 16px 4px 0; text-align: left; vertical-align: middle; border-bottom: 1px solid var(--line); }
th { font-weight: 400; color: var(--dim); }
.note { padding: 8px 12px; background: var(--wash); border-radius: 4px; }
.pictures { display: flex; flex-wrap: wrap; gap: 4px; margin: 8px 0; }
.pictures img { width: 112px; height: 112px; object-fit: cover; border-radius: 3px; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 2px 16px; font-size: 13px; }
dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
svg { vertical-align: middle; }
`

/** @param pictureOf A data URI of a sample's thumbnail; null where there is none. */
export function writeHtml(title: string, blocks: readonly Block[], pictureOf: (id: number) => string | null): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escape(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    ...blocks.map((block) => writeBlock(block, pictureOf)),
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

function writeBlock(block: Block, pictureOf: (id: number) => string | null): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${escape(block.text)}</h${block.level}>`
    case 'paragraph':
      return `<p>${escape(block.text)}</p>`
    case 'note':
      return `<p class="note">${escape(block.text)}</p>`
    case 'facts':
      return `<dl>${block.facts.map(({ name, value }) => `<dt>${escape(name)}</dt><dd>${escape(value)}</dd>`).join('')}</dl>`
    case 'table': {
      const head = block.head.map((text) => `<th scope="col">${escape(text)}</th>`).join('')
      const rows = block.rows.map((row) => `<tr>${row.map((cell) => `<td>${writeCell(cell)}</td>`).join('')}</tr>`)
      return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table></div>`
    }
    case 'pictures': {
      const images = block.pictures.flatMap(({ id, name }) => {
        const source = pictureOf(id)
        return source === null
          ? []
          : [`<img src="${escape(source)}" alt="${escape(name)}" title="${escape(`${name} (${id})`)}">`]
      })
      return images.length === 0 ? '' : `<div class="pictures">${images.join('')}</div>`
    }
  }
}

const barWidth = 120

function writeCell(cell: Cell): string {
  if (typeof cell === 'string') return escape(cell)
  const { text, rate, interval, expected } = cell
  const x = (share: number) => (4 + share * (barWidth - 8)).toFixed(1)
  const [low, high] = interval
  const tick =
    expected === null
      ? ''
      : `<line x1="${x(expected)}" x2="${x(expected)}" y1="1" y2="13" stroke="currentColor" stroke-width="1.5"/>`
  const svg = [
    `<svg width="${barWidth}" height="14" aria-hidden="true">`,
    `<line x1="4" x2="${barWidth - 4}" y1="7" y2="7" stroke="var(--line)"/>`,
    `<line x1="${x(low)}" x2="${x(high)}" y1="7" y2="7" stroke="var(--bar)" stroke-width="6"/>`,
    tick,
    `<circle cx="${x(rate)}" cy="7" r="3.5" fill="var(--accent)"/></svg>`,
  ].join('')
  return `${svg} ${escape(text)}`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!)
}

// A report as Markdown: the same figures, with file names in place of pictures.
import type { Block, Cell } from './report-blocks.ts'

export function writeMarkdown(blocks: readonly Block[]): string {
  return `${blocks.map(writeBlock).join('\n\n')}\n`
}

function writeBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${escape(block.text)}`
    case 'paragraph':
      return escape(block.text)
    case 'note':
      return `> ${escape(block.text)}`
    case 'facts':
      return block.facts.map(({ name, value }) => `- **${escape(name)}**: ${escape(value)}`).join('\n')
    case 'table':
      return [
        row(block.head),
        row(
          block.head.map(() => '---'),
          (text) => text,
        ),
        ...block.rows.map((cells) => row(cells.map(textOf))),
      ].join('\n')
    case 'pictures':
      return block.pictures.map(({ id, name }) => `- ${escape(name)} (${id})`).join('\n')
  }
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text
}

function row(cells: readonly string[], write = escape): string {
  return `| ${cells.map(write).join(' | ')} |`
}

/** What Markdown or the HTML in it would read as markup. */
function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|&~]/g, (character) => `\\${character}`).replace(/\s*[\r\n]+\s*/g, ' ')
}

import { describe, expect, it } from 'vitest'
import type { Block } from '#core/report/report-blocks.ts'
import { writeHtml } from '#core/report/write-html.ts'
import { writeMarkdown } from '#core/report/write-markdown.ts'

const hostile = `<img src=x onerror="alert(1)"> | **bold** \`code\`\nnew line & more`
const blocks: readonly Block[] = [
  { kind: 'heading', level: 2, text: hostile },
  { kind: 'note', text: hostile },
  { kind: 'facts', facts: [{ name: hostile, value: hostile }] },
  {
    kind: 'table',
    head: [hostile],
    rows: [[{ text: hostile, rate: 0.5, interval: [0.25, 0.75], expected: 0.4 }], ['plain']],
  },
  { kind: 'pictures', pictures: [{ id: 7, name: hostile }] },
]

describe('a report', () => {
  it('[RP5] shows names as they are, whatever markup they hold', () => {
    const html = writeHtml(hostile, blocks, () => 'data:image/webp;base64,AAAA')
    expect(html).not.toContain('<img src=x')
    expect(html).not.toContain('onerror="')
    expect(html.match(/<img /g)).toHaveLength(1)
    const markdown = writeMarkdown(blocks)
    expect(markdown).not.toMatch(/(?<!\\)<img/)
    expect(markdown.split('\n').filter((line) => line.startsWith('|'))).toHaveLength(4)
    expect(markdown).not.toMatch(/(?<!\\)\*\*bold|bold\*\*/)
  })

  it('[RP6] draws a rate with its interval and what was expected', () => {
    const html = writeHtml('', blocks, () => null)
    expect(html).toContain('<circle cx="60.0"')
    expect(html).toContain('x1="32.0" x2="88.0"')
    expect(html).toContain('x1="48.8" x2="48.8"')
    expect(html).not.toContain('<img ')
  })
})

// The button beside a chart or table that takes it away: as a drawing, as pixels, as its figures.
import { ActionIcon, Menu } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import type { RefObject } from 'react'
import { showError } from '../engine/use-engine-action.ts'
import { csvText, type CsvRows } from './csv-rows.ts'
import { domToSvg } from './dom-to-svg.ts'
import { download } from './download.ts'
import { svgToPng } from './svg-to-png.ts'

export interface SaveMenuProps {
  /** What it is, e.g. "Funnel plot"; also the file's name. */
  readonly name: string
  /** The element to draw; absent: a table without a picture. */
  readonly picture?: RefObject<HTMLElement | null>
  /** The figures, headings first; absent: none. */
  readonly rows?: () => CsvRows
}

export function SaveMenu({ name, picture, rows }: SaveMenuProps) {
  const file = name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-')
  const draw = (use: (svg: string) => void | Promise<void>) => {
    const element = picture?.current
    // Its button was clicked, so it is there.
    if (element) Promise.resolve(use(domToSvg(element))).catch(showError)
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" size="sm" aria-label={`Save: ${name}`} title="Save">
          <IconDownload size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {picture !== undefined && (
          <>
            <Menu.Item onClick={() => draw((svg) => download(`${file}.svg`, svg, 'image/svg+xml'))}>
              Picture (SVG)
            </Menu.Item>
            <Menu.Item onClick={() => draw(async (svg) => download(`${file}.png`, await svgToPng(svg), 'image/png'))}>
              Picture (PNG)
            </Menu.Item>
          </>
        )}
        {rows !== undefined && (
          <Menu.Item onClick={() => download(`${file}.csv`, csvText(rows()), 'text/csv;charset=utf-8')}>
            Figures (CSV)
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

// Where the window was and how large, kept between starts in a file of the app's own folder.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { app, screen, type BrowserWindow, type Rectangle } from 'electron'
import { z } from 'zod'

const stateSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(400),
  height: z.number().int().min(300),
  maximized: z.boolean(),
})

export type WindowState = Partial<Rectangle> & { readonly maximized: boolean }

const initial: WindowState = { width: 1280, height: 800, maximized: false }

/** The kept state if it is whole and still lies on a screen, else the initial one. */
export function readWindowState(): WindowState {
  let text: string
  try {
    text = readFileSync(stateFile(), 'utf8')
  } catch {
    return initial
  }
  const parsed = stateSchema.safeParse(parseJson(text))
  return parsed.success && isOnScreen(parsed.data) ? parsed.data : initial
}

export function keepWindowState(window: BrowserWindow): void {
  window.on('close', () => {
    const state = { ...window.getNormalBounds(), maximized: window.isMaximized() }
    writeFileSync(stateFile(), JSON.stringify(state))
  })
}

function isOnScreen(bounds: Rectangle): boolean {
  const { workArea } = screen.getDisplayMatching(bounds)
  const overlapX = Math.min(bounds.x + bounds.width, workArea.x + workArea.width) - Math.max(bounds.x, workArea.x)
  const overlapY = Math.min(bounds.y + bounds.height, workArea.y + workArea.height) - Math.max(bounds.y, workArea.y)
  return overlapX >= 200 && overlapY >= 100
}

function stateFile(): string {
  return join(app.getPath('userData'), 'window-state.json')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

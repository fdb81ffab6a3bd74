// Answers the preload script: engine ports, native dialogs, dropped files. Paths never go back to the page.
import {
  BrowserWindow,
  dialog,
  ipcMain,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
  type OpenDialogOptions,
} from 'electron'
import { z } from 'zod'
import { bridgeChannels, type PickKind } from './bridge-channels.ts'
import type { EngineHost } from './engine-host.ts'
import { pageUrl } from './protocols.ts'

const dialogs: Readonly<Record<PickKind, OpenDialogOptions>> = {
  folder: { title: 'Open a dataset folder', properties: ['openDirectory'] },
  file: {
    title: 'Open a file',
    properties: ['openFile'],
    filters: [
      {
        name: 'Datasets and models',
        extensions: ['onnx', 'parquet', 'csv', 'tsv', 'jsonl', 'ndjson', 'json', 'tar', 'zip'],
      },
      { name: 'All files', extensions: ['*'] },
    ],
  },
  'save-folder': {
    title: 'Export into a folder',
    buttonLabel: 'Export here',
    properties: ['openDirectory', 'createDirectory'],
  },
}

const pickKind = z.enum(['folder', 'file', 'save-folder'])

export function serveBridge(host: EngineHost): void {
  ipcMain.on(bridgeChannels.requestPort, (event) => {
    assertOwnPage(event)
    const { sender } = event
    void host.connect().then((port) => {
      // The window may have been closed while the engine was starting.
      if (!sender.isDestroyed()) sender.postMessage(bridgeChannels.port, null, [port])
    })
  })
  ipcMain.handle(bridgeChannels.pick, async (event, kind: unknown) => {
    assertOwnPage(event)
    const window = BrowserWindow.fromWebContents(event.sender)
    if (window === null) return null
    const { canceled, filePaths } = await dialog.showOpenDialog(window, dialogs[pickKind.parse(kind)])
    const [path] = filePaths
    return canceled || path === undefined ? null : host.registerPlace(path)
  })
  ipcMain.handle(bridgeChannels.place, (event, path: unknown) => {
    assertOwnPage(event)
    return host.registerPlace(z.string().min(1).parse(path))
  })
}

function assertOwnPage(event: IpcMainEvent | IpcMainInvokeEvent): void {
  const url = event.senderFrame?.url ?? ''
  if (!url.startsWith(new URL('/', pageUrl).href)) throw new Error(`A message from ${url || 'nowhere'} was refused.`)
}

// The only thing that the sandboxed page gets of Electron: ports to the engine, dialogs and dropped files, as place ids.
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { bridgeChannels, type PickKind } from './bridge-channels.ts'

const pick = (kind: PickKind): Promise<string | null> => ipcRenderer.invoke(bridgeChannels.pick, kind)

contextBridge.exposeInMainWorld('foible', {
  requestPort: () => ipcRenderer.send(bridgeChannels.requestPort),
  pickFolder: () => pick('folder'),
  pickFile: () => pick('file'),
  pickSaveFolder: () => pick('save-folder'),
  // A file that the page made itself has no path.
  placeForDrop: async (file: File): Promise<string | null> => {
    const path = webUtils.getPathForFile(file)
    return path === '' ? null : ipcRenderer.invoke(bridgeChannels.place, path)
  },
})

ipcRenderer.on(bridgeChannels.port, (event) => window.postMessage('foible-port', '*', [...event.ports]))

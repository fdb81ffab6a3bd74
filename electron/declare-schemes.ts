// Declares the two schemes of the window. This must happen before Electron is ready, for which it is also built as a
// file of its own: an Electron that loads a main script too late for that takes it with `-r`.
import { app, protocol } from 'electron'

if (!app.isReady()) {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'foible-app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    { scheme: 'foible-image', privileges: { standard: true, secure: true, stream: true } },
  ])
}

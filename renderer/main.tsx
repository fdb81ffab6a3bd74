// Starts the renderer: picks the connection that the shell offers and mounts the program.
import '@mantine/core/styles.css'
import '@mantine/dropzone/styles.css'
import '@mantine/notifications/styles.css'
import '@mantine/spotlight/styles.css'
import './app/global.css'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { styleNonce } from './app/style-nonce.ts'
import { createBrowserConnection } from './engine/browser-connection.ts'
import { createElectronConnection } from './engine/electron-connection.ts'

// What locks the page's scrolling under a dialog writes a style element; it takes its nonce from here.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() })

const connection =
  window.foible === undefined
    ? createBrowserConnection(new URL(location.href))
    : createElectronConnection(window.foible)

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(<App connection={connection} />)

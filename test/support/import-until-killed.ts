// Imports a file and is killed when all is written, before the dataset takes its place. Arguments: library, file.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const [library = '', file = ''] = process.argv.slice(2)
fs.promises.rename = () => {
  process.kill(process.pid, 'SIGKILL')
  throw new Error('still alive')
}
syncBuiltinESMExports()

// Only now, so that all of Foible has the function that kills.
const { openTestEngine } = await import('./test-engine.ts')
const engine = await openTestEngine(library)
await engine.import(file)

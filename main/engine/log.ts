// The log file of the library. Bugs are written here once, with the id that the user is shown.
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import pino from 'pino'

export interface Log {
  /** Logs an unexpected error and returns its id. */
  readonly bug: (error: unknown, where: string) => string
}

export function openLog(libraryFolder: string): Log {
  const destination = pino.destination({ dest: path.join(libraryFolder, 'foible.log'), sync: true, mkdir: true })
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination)
  return {
    bug(error, where) {
      const id = randomBytes(4).toString('hex')
      try {
        logger.error({ id, where, err: error }, 'bug')
      } catch (cause) {
        // A full disk must not turn one failure into the end of the program.
        process.stderr.write(
          `foible: bug ${id} in ${where} could not be logged (${String(cause)}): ${describe(error)}\n`,
        )
      }
      return id
    },
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

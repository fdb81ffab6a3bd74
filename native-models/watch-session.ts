// A session whose runs somebody else sees as well: what was asked, what came out, how long it took.
import type { ScoreSession, openSession } from './open-session.ts'

/** How a session is opened: `openSession`, or what a test puts in its place. */
export type OpenSession = typeof openSession

export interface WatchedRun {
  readonly values: Float32Array
  /** Images that were asked for. */
  readonly count: number
  readonly scores: Float32Array
  readonly elapsedMs: number
}

/** `onRun` is waited for; what it throws is the run's failure. */
export function watchSession(session: ScoreSession, onRun: (run: WatchedRun) => Promise<void> | void): ScoreSession {
  const runKeeping: ScoreSession['runKeeping'] = async (values, count) => {
    const startedMs = performance.now()
    const result = await session.runKeeping(values, count)
    await onRun({ values, count, scores: result.output, elapsedMs: performance.now() - startedMs })
    return result
  }
  return { ...session, runKeeping, run: async (values, count) => (await runKeeping(values, count)).output }
}

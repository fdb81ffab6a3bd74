// The process that cases run in: one at a time, so that what ends or stops it is the fault of the case that it was told last.
import { CaseRunner, type CaseName, type Outcome } from './cases.ts'

export type Request = { readonly list: string } | { readonly run: CaseName }

export interface Reply {
  readonly files?: readonly Pick<CaseName, 'corpus' | 'file'>[]
  readonly outcome?: Outcome
  /** The most memory that the process has had so far. */
  readonly peakBytes: number
}

const runner = new CaseRunner(process.argv[2]!)
/** An error that nobody waited for. */
let stray: Outcome | null = null

const toOutcome = (what: string, error: unknown): Outcome => ({
  verdict: 'unclassified',
  detail: `${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
})
const note = (error: unknown) => (stray = toOutcome('nobody waited for', error))
process.on('unhandledRejection', note)
process.on('uncaughtException', note)
process.on('message', (request: Request) => {
  void answer(request).then((reply) => process.send?.({ ...reply, peakBytes: process.resourceUsage().maxRSS * 1024 }))
})

async function answer(request: Request): Promise<Omit<Reply, 'peakBytes'>> {
  if ('list' in request) return { files: await runner.files(request.list) }
  stray = null
  const outcome = await runner.run(request.run).catch((error: unknown) => toOutcome('the fuzzer itself', error))
  // Errors of what was started and left come a little later.
  await new Promise((resolve) => setImmediate(resolve))
  return { outcome: stray ?? outcome }
}

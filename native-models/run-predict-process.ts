// What the prediction process does in its main thread and in its workers. Its entry says how sessions are opened.
import { constants, setPriority } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import { loadItems } from './load-items.ts'
import { createCoordinator } from './predict-coordinator.ts'
import type { PredictReply, PredictRequest } from './predict-messages.ts'
import { failedReply, runPredictWorker } from './predict-worker.ts'
import { probeProvider } from './probe-provider.ts'
import { createProofBench } from './proof-bench.ts'
import { createTextEmbedder } from './text/embed-texts.ts'
import type { OpenSession } from './watch-session.ts'

/** @param entry The module that was started, with which its worker threads start too. */
export async function runPredictProcess(entry: URL, open: OpenSession): Promise<void> {
  if (isMainThread) listen(entry, open)
  else await runPredictWorker(open)
}

function listen(entry: URL, open: OpenSession): void {
  // Its threads inherit this: whoever looks at images meanwhile comes first.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  const reply = (message: PredictReply) => process.send?.(message)
  const coordinator = createCoordinator(entry, reply)
  const embed = createTextEmbedder()
  const bench = createProofBench(open)
  process.on('message', (request: PredictRequest) => {
    const fail = (error: unknown) => reply(failedReply(error))
    if (request.type === 'start') coordinator.start(request).catch(fail)
    if (request.type === 'batch') coordinator.add(request)
    if (request.type === 'encode-texts') {
      embed(request.model, request.texts).then((embeddings) => reply({ type: 'texts', embeddings }), fail)
    }
    if (request.type === 'probe') {
      loadItems(request.items)
        .then((items) => {
          return probeProvider(request.provider, request.model, items, open, () => reply({ type: 'probing' }))
        })
        .then((report) => reply({ type: 'probed', report }), fail)
    }
    if (request.type === 'draw' || request.type === 'open-scores' || request.type === 'score') {
      bench.answer(request).then(reply, fail)
    }
  })
  // Ending a worker in mid-run aborts with a core dump; a kill does not.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
}

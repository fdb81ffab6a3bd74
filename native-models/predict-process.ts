// Entry of the prediction process and of its worker threads: the only place where onnxruntime is loaded. It may be killed at any moment.
import { constants, setPriority } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import { createCoordinator } from './predict-coordinator.ts'
import type { PredictReply, PredictRequest } from './predict-messages.ts'
import { failedReply, runPredictWorker } from './predict-worker.ts'
import { probeProvider } from './probe-provider.ts'

if (isMainThread) listen()
else await runPredictWorker()

function listen(): void {
  // Its threads inherit this: whoever looks at images meanwhile comes first.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  const reply = (message: PredictReply) => process.send?.(message)
  const coordinator = createCoordinator(new URL(import.meta.url), reply)
  process.on('message', (request: PredictRequest) => {
    const fail = (error: unknown) => reply(failedReply(error))
    if (request.type === 'start') coordinator.start(request).catch(fail)
    if (request.type === 'batch') coordinator.add(request)
    if (request.type === 'probe') {
      probeProvider(request.provider, request.model).then((report) => reply({ type: 'probed', report }), fail)
    }
  })
  // Ending a worker in mid-run aborts with a core dump; a kill does not.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
}

// Entry of the prediction process and of its worker threads: the only place where onnxruntime is loaded. It may be killed at any moment.
import { openSession } from './open-session.ts'
import { runPredictProcess } from './run-predict-process.ts'

await runPredictProcess(new URL(import.meta.url), openSession)

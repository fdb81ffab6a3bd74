// A real inference server: MLServer from PyPI, with a runtime that runs an ONNX file as it is.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import path from 'node:path'
import { promisify } from 'node:util'
import { projectRoot } from './test-engine.ts'

const folder = path.join(projectRoot, 'test/support/mlserver')
/** One that has mlserver and onnxruntime: `pip install mlserver==1.7.1 onnxruntime`. */
const python = process.env['FOIBLE_TEST_PYTHON'] ?? 'python3'
const isServing = /Uvicorn running on/

/** Why no server can be started here; null if one can. */
export async function mlserverProblem(): Promise<string | null> {
  try {
    await promisify(execFile)(python, ['-c', 'import mlserver, onnxruntime'])
    return null
  } catch {
    return `${python} has no mlserver and onnxruntime; FOIBLE_TEST_PYTHON names one that has`
  }
}

export interface Mlserver {
  readonly url: string
  readonly kill: () => Promise<void>
  /** At the same address. */
  readonly start: () => Promise<void>
}

/** Serves the file as the model `lite0`. */
export async function startMlserver(onnx: string): Promise<Mlserver> {
  const [http, grpc] = [await freePort(), await freePort()]
  let child: ChildProcess | null = null
  const kill = async () => {
    if (child === null) return
    const ended = once(child, 'close')
    child.kill('SIGKILL')
    child = null
    await ended
  }
  const start = async () => {
    const started = spawn(python, ['-c', 'from mlserver.cli import main; main()', 'start', folder], {
      env: {
        ...process.env,
        PYTHONDONTWRITEBYTECODE: '1',
        FOIBLE_TEST_ONNX: onnx,
        MLSERVER_HTTP_PORT: String(http),
        MLSERVER_GRPC_PORT: String(grpc),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child = started
    let said = ''
    await new Promise<void>((resolve, reject) => {
      started.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text
        if (isServing.test(said)) resolve()
      })
      started.on('close', () => reject(new Error(`mlserver ended: ${said}`)))
    })
  }
  await start()
  return { url: `http://127.0.0.1:${http}`, kill, start }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

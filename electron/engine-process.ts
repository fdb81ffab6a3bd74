// The engine's own process under Electron: composes the engine and serves it on the ports that the main process hands in.
import type { MessageEvent, MessagePortMain } from 'electron'
import { FoibleError } from '#core/errors.ts'
import { createPortChannel } from '#contract/channel-port.ts'
import { serveRpc } from '#contract/rpc.ts'
import { createEngine, type Engine } from '#engine/create-engine.ts'
import type { EngineMessage, EngineStart, HostImage, HostMessage } from './host-protocol.ts'
import { createHostSecrets } from './host-secrets.ts'

const { parentPort } = process

function post(message: EngineMessage): void {
  parentPort.postMessage(message)
}

function startEngine(): Engine | null {
  const { library, hasKeychain } = JSON.parse(process.argv[2]!) as EngineStart
  try {
    return createEngine({
      ...(library === null ? {} : { library }),
      ...(hasKeychain ? { secrets: createHostSecrets(parentPort) } : {}),
    })
  } catch (error) {
    if (!(error instanceof FoibleError)) throw error
    post({ type: 'refused', code: error.code, message: error.message })
    return null
  }
}

function serve(engine: Engine): void {
  const requests = new Map<number, AbortController>()

  parentPort.on('message', ({ data, ports }: MessageEvent) => {
    const message = data as HostMessage
    switch (message.type) {
      case 'connect':
        for (const port of ports) attach(engine, port)
        return
      case 'image':
        void answerImage(message)
        return
      case 'tensor':
        post({ type: 'image', id: message.id, image: engine.tensorPicture(message.key) })
        return
      case 'cancel':
        requests.get(message.id)?.abort()
        return
      case 'place':
        post({ type: 'place', id: message.id, place: engine.places.register(message.path) })
        return
      case 'secret':
        return
      case 'stop':
        void engine.close().then(() => process.exit(0))
    }
  })

  async function answerImage({ id, dataset, sample, kind }: HostMessage & { type: 'image' }): Promise<void> {
    const controller = new AbortController()
    requests.set(id, controller)
    let image: HostImage | null = null
    try {
      image = await engine.image(dataset, sample, kind, controller.signal)
    } catch (error) {
      if (!(error instanceof FoibleError)) engine.logBug(error, `${kind} ${sample} of ${dataset}`)
    } finally {
      requests.delete(id)
    }
    post({ type: 'image', id, image })
  }
}

function attach(engine: Engine, port: MessagePortMain): void {
  const channel = createPortChannel(port)
  const server = serveRpc(channel, engine.handlers, (error, call) => engine.logBug(error, call))
  const unlisten = engine.events.listen((name, payload) => server.emit(name, payload))
  channel.onClose(unlisten)
}

const engine = startEngine()
if (engine === null) {
  process.exitCode = 1
} else {
  serve(engine)
  post({ type: 'ready' })
}

import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { afterSilence } from '#hub/after-silence.ts'

it('[TS1] reads what came while the process stood still before it gives a connection up', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const near = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [far] = await once(server, 'connection')
  onTestFinished(() => void near.destroy())
  const happened: string[] = []
  const stoodStill = Promise.withResolvers<void>()
  const heard = once(near, 'data')
  far.end('x', () => {
    const cancel = afterSilence(1, () => happened.push('given up'))
    heard.then(() => {
      happened.push('heard')
      cancel()
    }, stoodStill.reject)
    // Much longer than what is waited for: the timer is due before anything can be read.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
    stoodStill.resolve()
  })
  await stoodStill.promise
  await once(near, 'close')
  expect(happened).toEqual(['heard'])
})

it('[TS1] gives up a connection on which nothing comes', async () => {
  await new Promise<void>((resolve) => void afterSilence(1, resolve))
})

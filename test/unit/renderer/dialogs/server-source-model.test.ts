import { describe, expect, it } from 'vitest'
import { emptyServer, readServer } from '../../../../renderer/dialogs/server-source-model.ts'

describe('readServer', () => {
  it('[KS70] waits for an address, says what is wrong with one, and takes one with its token and model', () => {
    expect(readServer(emptyServer)).toEqual({ kind: 'empty' })
    expect(readServer({ ...emptyServer, address: 'host' })).toEqual({
      kind: 'wrong',
      message: expect.stringContaining('https:'),
    })
    expect(readServer({ address: ' https://h:8000/m/versions/2 ', like: 'lite0', token: ' secret ' })).toEqual({
      kind: 'source',
      source: {
        kind: 'server',
        url: 'https://h:8000',
        model: 'm',
        version: '2',
        like: { kind: 'model', model: 'lite0' },
        token: 'secret',
        tokenEnv: null,
      },
    })
  })
})

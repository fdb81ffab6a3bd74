import { describe, expect, it } from 'vitest'
import {
  checkServerAddress,
  formatServerAddress,
  parseServerAddress,
  serverProvider,
} from '../../../../main/core/models/server-address.ts'
import { FoibleError } from '../../../../main/core/errors.ts'

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof FoibleError) return error.code
    throw error
  }
  return 'no error'
}

describe('parseServerAddress', () => {
  it.each([
    ['https://host:8000/lite0', { url: 'https://host:8000', model: 'lite0', version: null }],
    ['https://host/lite0/', { url: 'https://host', model: 'lite0', version: null }],
    ['HTTPS://Host/Lite0', { url: 'https://host', model: 'Lite0', version: null }],
    ['http://[::1]:8080/m', { url: 'http://[::1]:8080', model: 'm', version: null }],
    ['https://host/v2/models/lite0', { url: 'https://host', model: 'lite0', version: null }],
    ['https://host/lite0/versions/3', { url: 'https://host', model: 'lite0', version: '3' }],
    ['https://h/serving/a/v2/models/m/versions/1', { url: 'https://h/serving/a', model: 'm', version: '1' }],
    ['https://h/caf%C3%A9%20au%20lait', { url: 'https://h', model: 'café au lait', version: null }],
    ['  https://h/m  ', { url: 'https://h', model: 'm', version: null }],
  ])('[KS1] reads %s', (text, address) => {
    expect(parseServerAddress(text)).toEqual(address)
  })

  it.each([
    '',
    'host/model',
    'ftp://host/model',
    'https://host',
    'https://host/',
    'https://host/..',
    'https://host/a/../m',
    'https://user:secret@host/model',
    'https://host/%zz',
    'https://ho st/model',
    'file:///etc/passwd',
  ])('[KS2] refuses %s', (text) => {
    expect(codeOf(() => parseServerAddress(text))).toBe('usage')
  })

  it('[KS2] does not repeat what may be a password', () => {
    expect(() => parseServerAddress('https://user:secret@host/model')).toThrow(/^(?!.*secret)/)
  })

  it('[KS1] comes back from what it is written as', () => {
    const address = { url: 'https://host:8000/p', model: 'm', version: '2' }
    expect(parseServerAddress(formatServerAddress(address))).toEqual(address)
    expect(checkServerAddress(address)).toEqual(address)
  })

  it('[KS3] is told from other providers by its host', () => {
    expect(serverProvider({ url: 'https://host:8000/p' })).toBe('kserve:host:8000')
  })
})

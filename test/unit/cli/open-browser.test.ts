import { describe, expect, it } from 'vitest'
import { browserCommand } from '#cli/open-browser.ts'

const url = 'http://127.0.0.1:4123/?token=a&b'

describe('browserCommand', () => {
  it('[SH7] needs a desktop on Linux, and not one at the other end of SSH', () => {
    expect(browserCommand(url, {}, 'linux')).toBeNull()
    expect(browserCommand(url, { DISPLAY: ':10', SSH_CONNECTION: 'x' }, 'linux')).toBeNull()
    expect(browserCommand(url, { DISPLAY: ':0' }, 'linux')).toEqual({ file: 'xdg-open', args: [url] })
  })

  it('[SH7] hands the address over without a shell', () => {
    expect(browserCommand(url, {}, 'win32')?.args).toContain(url)
    expect(browserCommand(url, {}, 'darwin')).toEqual({ file: 'open', args: [url] })
  })
})

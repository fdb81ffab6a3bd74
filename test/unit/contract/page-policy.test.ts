import { describe, expect, it } from 'vitest'
import { formatPagePolicy, withNonce } from '#contract/page-policy.ts'

describe('formatPagePolicy', () => {
  it('[SH4] allows own files and nothing inline', () => {
    const policy = formatPagePolicy({ nonce: 'abc', images: ['foible-image:'], connections: [] })
    expect(policy).toContain(`default-src 'none'; script-src 'self'; style-src 'self' 'nonce-abc'`)
    expect(policy).toContain(`img-src 'self' data: blob: foible-image:`)
    expect(policy).toContain(`connect-src 'none'`)
    expect(policy).toContain(`frame-ancestors 'none'`)
    expect(policy).not.toContain('unsafe')
  })
})

describe('withNonce', () => {
  it('[SH4] fills the page’s meta element, or adds one', () => {
    const filled = '<head><meta name="csp-nonce" content="abc" />'
    expect(withNonce('<head><meta name="csp-nonce" content="">', 'abc')).toBe(filled)
    expect(withNonce('<head>', 'abc')).toBe(filled)
  })
})

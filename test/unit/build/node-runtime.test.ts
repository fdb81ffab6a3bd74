import { describe, expect, it } from 'vitest'
import { runtimeProblem } from '../../../build/node-runtime.mjs'

describe('runtimeProblem', () => {
  it('[SH1] accepts Node-API 10 and newer', () => {
    expect(runtimeProblem({ node: '22.14.0', napi: '10' })).toBeNull()
    expect(runtimeProblem({ node: '24.21.0', napi: '137' })).toBeNull()
  })

  it('[SH1] refuses Node 20 with the way out', () => {
    const problem = runtimeProblem({ node: '20.18.1', napi: '9' })
    expect(problem).toContain('Node 20.18.1')
    expect(problem).toContain('npm ci')
  })
})

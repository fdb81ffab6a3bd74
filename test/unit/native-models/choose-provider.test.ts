import { describe, expect, it } from 'vitest'
import { rankProviders } from '#models/choose-provider.ts'
import { explainFailure } from '#models/explain-failure.ts'

describe('choosing a provider', () => {
  it('[RN18] explains what is known of a provider that does not start, and repeats what is not', () => {
    const adapter =
      '/src/webgpu_context.cc:136 onnxruntime::Initialize()::<lambda()> status == Success was false. Failed to get a WebGPU adapter: No supported adapters'
    expect(explainFailure('webgpu', adapter, 'linux')).toMatch(
      /^no graphics driver for Vulkan was found: install .* \(Failed to get a WebGPU adapter: No supported adapters\)\.$/,
    )
    expect(explainFailure('webgpu', adapter, 'win32')).toContain('Direct3D 12')
    expect(explainFailure('cuda', 'CUDA failure 35: CUDA driver version is insufficient.', 'linux')).toMatch(
      /^the NVIDIA driver is older than CUDA 12 needs: install 525 or newer \(CUDA failure 35: .* insufficient\)\.$/,
    )
    expect(explainFailure('cuda', 'something else. ', 'linux')).toBe('something else.')
    expect(explainFailure('coreml', adapter, 'freebsd')).toBe('Failed to get a WebGPU adapter: No supported adapters.')
  })

  it('[RN19] ranks those that agree by speed, with the processor last', () => {
    const reports = [
      { provider: 'webgpu', speedup: 3, reason: 'webgpu: agrees.' },
      { provider: 'tensorrt', speedup: null, reason: 'tensorrt: missing.' },
      { provider: 'cuda', speedup: 8, reason: 'cuda: agrees.' },
      { provider: 'dml', speedup: 1.1, reason: 'dml: hardly faster.' },
    ]
    expect(rankProviders(reports)).toEqual({
      providers: ['cuda', 'webgpu', 'cpu'],
      reasons: ['cuda: agrees.', 'webgpu: agrees.', 'tensorrt: missing.', 'dml: hardly faster.'],
    })
    expect(rankProviders(reports.slice(3))).toEqual({
      providers: ['cpu'],
      reasons: ['cpu: nothing faster works here.', 'dml: hardly faster.'],
    })
    expect(rankProviders([])).toEqual({ providers: ['cpu'], reasons: ['cpu: nothing faster works here.'] })
  })
})

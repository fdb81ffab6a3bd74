import { expect, it } from 'vitest'
import { formatDoctor } from '../../../main/cli/commands/format-doctor.ts'

const report = {
  foible: '1.0.0',
  node: '24.0.0',
  electron: null,
  platform: 'linux x64',
  cpu: { model: 'a processor', cores: 2 },
  memoryBytes: 24e9,
  library: '/library',
  diskFreeBytes: 66.2e9,
  providers: {
    providers: ['webgpu', 'cpu'],
    reasons: [
      'webgpu: agrees with the processor and is 3.0 times as fast on this model.',
      'cuda: libcuda.so.1 is missing.',
    ],
  },
}

it('[RN22] prints every provider with its reason', () => {
  expect(formatDoctor(report).split('\n')).toEqual([
    'Foible 1.0.0 on Node 24.0.0, linux x64',
    '2 cores of a processor, 24 GB of memory',
    'Library /library, 66 GB free',
    '',
    'Execution providers, in the order in which they would run: webgpu, cpu',
    '  webgpu: agrees with the processor and is 3.0 times as fast on this model.',
    '  cuda: libcuda.so.1 is missing.',
    'docs/gpu.md says how each of them is installed.',
  ])
  expect(formatDoctor({ ...report, electron: '45.4.1', providers: null })).toMatch(
    /^Foible 1\.0\.0 on Electron 45\.4\.1 \(Node 24\.0\.0\)[^]*no model to try them with\.$/,
  )
})

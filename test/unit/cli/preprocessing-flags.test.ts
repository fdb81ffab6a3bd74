import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { type StepFlags, addStepOptions, changeSteps, isAnyStepGiven, parseSteps } from '#cli/preprocessing-flags.ts'

const base = {
  resize: { kind: 'shortest-edge', size: 256 },
  resample: 'bicubic',
  crop: { width: 224, height: 224, rounding: 'half-even' },
  rescale: 1 / 255,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  channelOrder: 'rgb',
  origin: 'config.json',
} as const

function read(...args: string[]): StepFlags {
  const command = addStepOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
  return command.parse(args, { from: 'user' }).opts()
}

describe('steps on the command line', () => {
  it('[ID29] puts each given step in the place of the one that was, and leaves the others', () => {
    const steps = changeSteps(
      base,
      read('--resize', '232', '--mean', '0.485,0.456,0.406', '--std', '0.2', '--interpolation', 'bilinear'),
    )
    expect(steps).toEqual({
      ...base,
      resize: { kind: 'shortest-edge', size: 232 },
      mean: [0.485, 0.456, 0.406],
      std: [0.2, 0.2, 0.2],
      resample: 'bilinear',
    })
    expect(changeSteps(base, read('--resize', '224x192', '--crop', 'none')).resize).toEqual({
      kind: 'exact',
      width: 224,
      height: 192,
    })
    expect(changeSteps(base, read('--crop', '160')).crop).toEqual({ width: 160, height: 160, rounding: 'half-even' })
    expect(changeSteps(base, read('--resize', 'none')).resize).toBeNull()
    expect(changeSteps(base, read('--rescale', '1/127.5', '--channels', 'bgr'))).toMatchObject({
      rescale: 1 / 127.5,
      channelOrder: 'bgr',
    })
    expect(isAnyStepGiven(read())).toBe(false)
    expect(isAnyStepGiven(read('--crop', 'none'))).toBe(true)
  })

  it.each([
    ['--resize', '1e3.5'],
    ['--resize', '2x3x4'],
    ['--resize', '-5'],
    ['--crop', ''],
    ['--rescale', '1/0'],
    ['--rescale', '0'],
    ['--mean', '1,2'],
    ['--mean', '1,,2'],
    ['--std', 'a,b,c'],
    ['--channels', 'gbr'],
  ])('[ID30] refuses steps that are none: %s %s', (flag, text) => {
    expect(() => read(flag, text)).toThrow()
  })

  it('[ID31] takes whole steps as JSON, as the list of models prints them', () => {
    expect(parseSteps(JSON.stringify(base))).toEqual(base)
    expect(parseSteps(JSON.stringify({ ...base, origin: undefined })).origin).toBe('chosen by hand')
    expect(() => parseSteps('nowhere.json')).toThrow(/takes a file/)
    expect(() => parseSteps(JSON.stringify({ ...base, std: [1, 0, 1] }))).toThrow(/std\.1/)
  })
})

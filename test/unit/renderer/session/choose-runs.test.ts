import { describe, expect, it } from 'vitest'
import { chooseRuns } from '../../../../renderer/session/choose-runs.ts'

const runs = [
  { model: 'lite0', protocol: 'unmasked', answers: 1000 },
  { model: 'lite0 (masked)', protocol: 'masked', answers: 113 },
  { model: 'lite1', protocol: 'unmasked', answers: 1000 },
  { model: 'csv', protocol: 'unmasked', answers: null },
  { model: 'own', protocol: 'unmasked', answers: 10 },
] as const
const nothing = { chosenModel: null, chosenModels: null }

describe('the runs of a session', () => {
  it('[ID44] are, where nobody chose, those that are judged as the one in focus is', () => {
    expect(chooseRuns(runs, nothing)).toEqual({ model: 'lite0', models: ['lite0', 'lite1', 'csv'] })
    expect(chooseRuns(runs, { ...nothing, chosenModel: 'lite0 (masked)' })).toEqual({
      model: 'lite0 (masked)',
      models: ['lite0 (masked)'],
    })
    expect(chooseRuns([], nothing)).toEqual({ model: null, models: [] })
  })

  it('[ID45] are what somebody chose, also of several protocols, in the dataset’s order and without what is gone', () => {
    const chosenModels = ['own', 'gone', 'lite0 (masked)']
    expect(chooseRuns(runs, { chosenModel: null, chosenModels })).toEqual({
      model: 'lite0 (masked)',
      models: ['lite0 (masked)', 'own'],
    })
    expect(chooseRuns(runs, { chosenModel: 'lite1', chosenModels }).model).toBe('lite1')
    expect(chooseRuns(runs, { chosenModel: 'gone', chosenModels: ['gone'] }).models).toEqual(['lite0', 'lite1', 'csv'])
  })
})

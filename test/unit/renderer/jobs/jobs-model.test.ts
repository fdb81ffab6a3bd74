import { describe, expect, it } from 'vitest'
import type { Job } from '#contract/jobs.ts'
import {
  describeEnd,
  describeProgress,
  findTurns,
  foremost,
  inOrder,
  mergeJob,
  progressOf,
  reasonsOf,
} from '../../../../renderer/jobs/jobs-model.ts'

function job(change: Partial<Job>): Job {
  return {
    id: 1,
    kind: 'predict',
    title: 'Predicting lite0',
    dataset: 'd',
    model: 'lite0',
    state: 'running',
    rank: 1,
    done: 620,
    total: 1485,
    unit: 'images',
    rate: 42.04,
    remainingMs: 18_300,
    message: '',
    error: null,
    result: null,
    createdAt: '2026-01-01T00:00:00Z',
    endedAt: null,
    ...change,
  }
}

describe('jobs', () => {
  it('[UI20] tell progress, rate and remaining time', () => {
    expect(describeProgress(job({}))).toBe('620 of 1,485, 42 images/s, 18 s left')
    expect(describeProgress(job({ state: 'paused' }))).toBe('620 of 1,485, paused')
    expect(describeProgress(job({ state: 'queued', done: 0 }))).toBe('waiting')
    expect(describeProgress(job({ total: null, rate: null, remainingMs: null }))).toBe('620 images')
    const waits = { message: 'The Hub asks to wait 40 s', total: null, rate: null, remainingMs: null }
    expect(describeProgress(job(waits))).toBe('The Hub asks to wait 40 s, 620 images')
    expect(describeProgress(job({ ...waits, done: 0 }))).toBe('The Hub asks to wait 40 s')
    expect(describeProgress(job({ ...waits, message: '', done: 0 }))).toBe('0 images')
    expect(describeProgress(job({ ...waits, state: 'paused' }))).toBe('620 images, paused')
    expect(
      describeProgress(job({ unit: 'bytes', done: 2_500_000, total: 10_000_000, rate: null, remainingMs: 300_000 })),
    ).toBe('2.5 MB of 10 MB, 5 min left')
  })

  it('[UI20] know their share, if the total is known', () => {
    expect(progressOf(job({ done: 5, total: 10 }))).toBe(0.5)
    expect(progressOf(job({ total: null }))).toBeNull()
  })

  it('[UI26] say what came of them', () => {
    const ended = (change: Partial<Job>) => describeEnd(job({ state: 'done', done: 1485, ...change }))
    expect(ended({})).toBe('1,485 images.')
    expect(ended({ result: { failed: 3 } })).toBe('1,485 images; 3 could not be read.')
    expect(ended({ result: { samples: 55, files: 58, bytes: 467_000 } })).toBe('55 samples in 58 files, 467 kB.')
    expect(ended({ state: 'cancelled' })).toContain('kept')
    const error = { code: 'no_space' as const, message: 'The disk is full.', details: {} }
    expect(ended({ state: 'failed', error })).toBe('The disk is full.')
  })

  it('[UI21] are replaced by their newest state, new ones first', () => {
    const first = job({ id: 1 })
    const merged = mergeJob(mergeJob([first], job({ id: 2 })), job({ id: 1, state: 'done' }))
    expect(merged.map(({ id, state }) => [id, state])).toEqual([
      [2, 'running'],
      [1, 'done'],
    ])
  })

  it('[UI21] running ones come before waiting ones before paused ones', () => {
    const queued = job({ id: 1, state: 'queued' })
    const paused = job({ id: 2, state: 'paused' })
    expect(foremost([queued, paused])?.id).toBe(1)
    expect(foremost([queued, paused, job({ id: 3 })])?.id).toBe(3)
    expect(foremost([job({ state: 'done' })])).toBeNull()
  })

  it('[RN30] wait in the order of their turns, and move among those of their kind', () => {
    const waiting = [
      job({ id: 4, state: 'queued', rank: 6 }),
      job({ id: 5, state: 'queued', rank: 5, kind: 'export' }),
      job({ id: 6, state: 'queued', rank: 4 }),
      job({ id: 9, state: 'queued', rank: 9 }),
    ]
    const jobs = [job({ id: 1, state: 'done' }), job({ id: 8, state: 'done' }), job({ id: 2 }), ...waiting]
    expect(inOrder([job({ id: 3, state: 'paused' }), ...jobs]).map(({ id }) => id)).toEqual([2, 6, 5, 4, 9, 3, 8, 1])
    const [four, export5, six, nine] = waiting.map((one) => findTurns(jobs, one))
    expect(six).toEqual({ sooner: null, later: { before: 9 } })
    expect(four).toEqual({ sooner: { before: 6 }, later: { before: null } })
    expect(nine).toEqual({ sooner: { before: 4 }, later: null })
    expect(export5).toEqual({ sooner: null, later: null })
    expect(findTurns(jobs, job({ id: 2 }))).toEqual({ sooner: null, later: null })
  })

  it('[RN31] say why a provider predicts as soon as it is known', () => {
    expect(reasonsOf(job({ result: { reasons: ['cpu: nothing faster works here.'] } }))).toEqual([
      'cpu: nothing faster works here.',
    ])
    expect(reasonsOf(job({}))).toEqual([])
    expect(reasonsOf(job({ result: { samples: 3 } }))).toEqual([])
  })
})

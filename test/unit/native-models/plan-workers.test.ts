import { describe, expect, it } from 'vitest'
import { imagesWithinBudget } from '#models/batch-limit.ts'
import { isCheckDue } from '#models/check-agreement.ts'
import { countTensors, planWorkers } from '#models/plan-workers.ts'

const sized = (side: number, batch: number | null = null) => ({ width: side, height: side, batch, sizeBytes: 2e7 })

describe('feeding a device', () => {
  it('[RN7] has cores prepare and sessions run, with no more tensors than fit', () => {
    expect(planWorkers(sized(224), 'webgpu', 16)).toEqual({ workers: 1, preparers: 8, threadsPerWorker: 1 })
    expect(planWorkers(sized(224), 'cuda', 4)).toEqual({ workers: 2, preparers: 4, threadsPerWorker: 1 })
    expect(planWorkers(sized(224), 'cpu', 4)).toEqual({ workers: 4, preparers: 0, threadsPerWorker: 1 })
    expect(planWorkers(sized(4096), 'cuda', 16)).toEqual({ workers: 1, preparers: 0, threadsPerWorker: 1 })
    for (const side of [64, 224, 512, 1024, 2048, 4096]) {
      for (const batch of [null, 1, 8]) {
        for (const provider of ['webgpu', 'cuda', 'cpu']) {
          const spec = sized(side, batch)
          const images = countTensors(planWorkers(spec, provider, 32)) * (batch ?? 1)
          expect(images, `${provider}, ${side}, ${batch}`).toBeLessThanOrEqual(
            Math.max(imagesWithinBudget(spec), batch ?? 1),
          )
        }
      }
    }
  })

  it('[RN8] compares the first batch, then ever fewer', () => {
    const due = (batch: number | null, count: number) =>
      Array.from({ length: count }, (_, sequence) => sequence).filter((sequence) => isCheckDue(sequence, { batch }))
    expect(due(null, 200)).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 192])
    // A whole batch has to be run on the processor for it.
    expect(due(2, 300)).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256])
  })
})

// How many threads share the work: one session a core where the model is small, one session for all cores where it is large.
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { workersWithinBudget } from './batch-limit.ts'
import type { ModelSpec } from './model-spec.ts'

export interface WorkerPlan {
  readonly workers: number
  readonly threadsPerWorker: number
}

/** Each session has its own copy of the weights; float16 files double, and the runtime packs them again. */
const weightsBudgetBytes = 2 * 2 ** 30
const bytesInMemoryPerFileByte = 4
const requestsInFlight = 4

/**
 * One-thread sessions side by side make more images a second than one session with all threads, which wait for one another in every
 * layer (measured with Lite0 on two cores: 200 to 184), and preparing one batch then overlaps with running another.
 */
export function planWorkers(model: ModelSpec, provider: string, cores: number): WorkerPlan {
  // Devices queue what they are given: a second worker prepares a batch while the first one's runs.
  const roomy = workersWithinBudget(model)
  // While one waits for the server the others prepare: as many requests are in flight as there are workers.
  if (model.server !== undefined) return { workers: Math.min(requestsInFlight, roomy), threadsPerWorker: 1 }
  if (provider !== 'cpu') return { workers: provider === 'webgpu' ? 1 : Math.min(2, cores, roomy), threadsPerWorker: 1 }
  const affordable = Math.max(1, Math.floor(weightsBudgetBytes / (model.sizeBytes * bytesInMemoryPerFileByte)))
  const workers = Math.min(cores, affordable, roomy)
  return { workers, threadsPerWorker: Math.max(1, Math.floor(cores / workers)) }
}

/** Physical cores that this process may use: two threads of one core halve each other's speed. */
export function physicalCores(): number {
  const available = availableParallelism()
  if (process.platform !== 'linux') return available
  const folder = '/sys/devices/system/cpu'
  try {
    const siblings = readdirSync(folder)
      .filter((name) => /^cpu\d+$/.test(name))
      .map((name) => readFileSync(`${folder}/${name}/topology/thread_siblings_list`, 'utf8').trim())
    return siblings.length === 0 ? available : Math.min(available, new Set(siblings).size)
  } catch {
    return available // No /sys in some containers: what the scheduler offers is the next best answer.
  }
}

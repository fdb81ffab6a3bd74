// How many threads share the work: one session a core where the model is small, one session for all cores where it is large.
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { workersWithinBudget } from './batch-limit.ts'
import type { ModelSpec } from './model-spec.ts'

export interface WorkerPlan {
  /** Threads with a session each. */
  readonly workers: number
  /** Threads that only prepare tensors for them; 0 = each worker prepares its own. */
  readonly preparers: number
  readonly threadsPerWorker: number
}

type PlannedModel = Pick<ModelSpec, 'width' | 'height' | 'batch' | 'sizeBytes' | 'server'>

/** Each session has its own copy of the weights; float16 files double, and the runtime packs them again. */
const weightsBudgetBytes = 2 * 2 ** 30
const bytesInMemoryPerFileByte = 4
const requestsInFlight = 4
/** More would prepare faster than most devices run, and each of them holds a batch. */
const mostPreparers = 8
/** A tensor that runs, and one that waits. */
const slabsPerWorker = 2

/**
 * One-thread sessions side by side make more images a second than one session with all threads, which wait for one another in every
 * layer (measured with Lite0 on two cores: 200 to 184), and preparing one batch then overlaps with running another.
 */
export function planWorkers(model: PlannedModel, provider: string, cores: number): WorkerPlan {
  const roomy = workersWithinBudget(model)
  // While one waits for the server the others prepare: as many requests are in flight as there are workers.
  if (model.server !== undefined)
    return { workers: Math.min(requestsInFlight, roomy), preparers: 0, threadsPerWorker: 1 }
  if (provider !== 'cpu') return { ...planDevice(provider, cores, roomy), threadsPerWorker: 1 }
  const affordable = Math.max(1, Math.floor(weightsBudgetBytes / (model.sizeBytes * bytesInMemoryPerFileByte)))
  const workers = Math.min(cores, affordable, roomy)
  return { workers, preparers: 0, threadsPerWorker: Math.max(1, Math.floor(cores / workers)) }
}

/** Devices that take one batch while another one runs; the others, and those that search for minutes a session, get one. */
const doubleSessions: ReadonlySet<string> = new Set(['cuda', 'dml', 'coreml'])

/** A device is fed by all cores: what runs on it waits most of the time. `roomy`: batches that fit into memory. */
function planDevice(provider: string, cores: number, roomy: number): Pick<WorkerPlan, 'workers' | 'preparers'> {
  const workers = Math.min(doubleSessions.has(provider) ? 2 : 1, roomy)
  const preparers = Math.min(cores, mostPreparers, roomy - slabsPerWorker * workers)
  return { workers, preparers: Math.max(0, preparers) }
}

/** Tensors that a plan may hold at once: what each preparer fills, what runs and what waits to run. */
export function countTensors({ workers, preparers }: WorkerPlan): number {
  return preparers === 0 ? workers : preparers + slabsPerWorker * workers
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

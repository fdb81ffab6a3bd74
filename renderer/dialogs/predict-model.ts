// What the Predict dialog knows of models, their runs and the providers. Pure.
import type { DatasetSummary, RunInfo } from '#contract/library.ts'
import type { ModelInfo } from '#contract/work.ts'
import { describeProtocol } from '#core/compare/describe-protocols.ts'
import { formatCount, formatRate } from '#core/format/numbers.ts'
import type { Protocol } from '#core/sample.ts'

/** What somebody chose for one model; what is absent is as the model has it. */
export interface ModelChoice {
  readonly protocol?: Protocol
  /** One prompt a line. */
  readonly templates?: string
}

type Known = Pick<ModelInfo, 'name' | 'protocols'>

export function protocolOf({ protocols }: Known, choice: ModelChoice | undefined): Protocol | null {
  const usual = protocols[0] ?? null
  return choice?.protocol !== undefined && protocols.includes(choice.protocol) ? choice.protocol : usual
}

export const protocolWords: Readonly<Record<Protocol, string>> = {
  unmasked: 'All of its classes (unmasked)',
  masked: 'The dataset’s classes only (masked)',
  '16-class': 'The 16 categories of ImageNet (16-class)',
  'zero-shot': 'The dataset’s class names (zero-shot)',
}

/** The runs that a model of the library made, under whatever name. */
export function runsOfModel(model: Pick<ModelInfo, 'name'>, runs: readonly RunInfo[]): readonly RunInfo[] {
  return runs.filter(({ modelName }) => modelName === model.name)
}

/** Models that can predict and have not predicted all samples as they usually do. */
export function listUnfinished(models: readonly Known[], runs: readonly RunInfo[]): readonly string[] {
  const isDone = (model: Known) =>
    runsOfModel(model, runs).some(
      ({ state, protocol }) => state === 'done' && protocol === protocolOf(model, undefined),
    )
  return models.filter((model) => model.protocols.length > 0 && !isDone(model)).map(({ name }) => name)
}

/** "unmasked, over 1,000 classes: 620 of 1,485 predicted, 62 % of 600 right, on cpu, 42 images/s" */
export function runText(run: RunInfo, { samples }: Pick<DatasetSummary, 'samples'>): string {
  const name = run.model === run.modelName ? '' : `${run.model}, `
  const right = run.accuracy === null ? [] : [`${formatRate(run.accuracy)} of ${formatCount(run.judged)} right`]
  const speed = run.imagesPerSecond === null ? [] : [`${formatCount(Math.round(run.imagesPerSecond))} images/s`]
  const figures = [`${formatCount(run.predicted)} of ${formatCount(samples)} predicted`, ...right, `on ${run.provider}`]
  return `${name}${describeProtocol(run)}: ${[...figures, ...speed].join(', ')}`
}

/** Null where the text is the model's own, or says nothing. */
export function templatesOf(model: Pick<ModelInfo, 'templates'>, choice: ModelChoice | undefined): string[] | null {
  const lines = (choice?.templates ?? '').split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
  return lines.length === 0 || lines.join('\n') === model.templates.join('\n') ? null : lines
}

const providerTitles: Readonly<Record<string, string>> = {
  cpu: 'CPU',
  cuda: 'CUDA (NVIDIA)',
  tensorrt: 'TensorRT (NVIDIA)',
  dml: 'DirectML',
  coreml: 'Core ML',
  webgpu: 'WebGPU',
}

/** The fastest by itself, then those that work. */
export function providerOptions(
  working: readonly string[],
): readonly { readonly value: string; readonly label: string }[] {
  const title = (provider: string) => providerTitles[provider] ?? provider
  const [first] = working
  return [
    { value: 'auto', label: first === undefined ? 'The fastest' : `The fastest: ${title(first)}` },
    ...[...new Set([...working, 'cpu'])].map((provider) => ({ value: provider, label: title(provider) })),
  ]
}

// What is said and drawn of a tensor. Pure.
import type { TensorInfo } from '#contract/preprocessing.ts'
import type { ModelInfo } from '#contract/work.ts'
import type { RunInfo } from '#contract/library.ts'
import { formatRate } from '#core/format/numbers.ts'

/** Where the crop lies on the picture that it was cut out of, as CSS takes it. */
export function cropStyle({ x, y, width, height }: TensorInfo['crop']) {
  const percent = (share: number) => `${Number((share * 100).toFixed(4))}%`
  return { left: percent(x), top: percent(y), width: percent(width), height: percent(height) }
}

/** "centre 88 % × 66 % of 640 × 480"; what was put around it is said too. */
export function describeCrop({ crop, sourceWidth, sourceHeight }: TensorInfo): string {
  const size = `${sourceWidth} × ${sourceHeight}`
  const isPadded = crop.width > 1 || crop.height > 1
  if (isPadded) return `all of ${size}, with black around it`
  if (crop.width === 1 && crop.height === 1) return `all of ${size}`
  return `${formatRate(crop.width)} × ${formatRate(crop.height)} of ${size}`
}

/** A value of a tensor with at most three decimals and a true minus; a dash for what is no number. */
export function formatValue(value: number | null): string {
  if (value === null) return '–'
  const text = Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toFixed(3)))
  return text.replace('-', '−')
}

/** Null where every value stands for a brightness. */
export function describeOutside({ outsideShare }: Pick<TensorInfo, 'outsideShare'>): string | null {
  if (outsideShare === 0) return null
  return `${formatRate(outsideShare)} of the values stand for no brightness between black and white.`
}

/** Models that can be looked through: the one in view first, where it is in the library. */
export function orderModels(
  models: readonly Pick<ModelInfo, 'name'>[],
  runs: readonly Pick<RunInfo, 'model' | 'modelName'>[],
  inView: string | null,
): readonly string[] {
  const names = models.map(({ name }) => name)
  const known = (run: Pick<RunInfo, 'modelName'>) =>
    run.modelName !== null && names.includes(run.modelName) ? [run.modelName] : []
  const ofView = runs.filter(({ model }) => model === inView)
  return [...new Set([...ofView.flatMap(known), ...runs.flatMap(known), ...names])]
}

// What somebody chose for a model over what its files say: out of a call, out of the library, and as a name.
import type { ChosenSettingsInput } from '#contract/work.ts'
import { FoibleError } from '#core/errors.ts'
import { type ChosenSettings, modelSettingsSchema } from '#core/models/model-settings.ts'
import { readChosenLabels, readChosenPreprocessing } from '#models/read-chosen.ts'
import type { ModelSpec } from '#models/model-spec.ts'
import { unnamedClass } from '#models/name-classes.ts'
import type { ModelRecord } from '#store/model-table.ts'
import type { Places } from '../places.ts'

/** Reads the files that a call names. Throws `not_found`, `too_large`, `model_unsupported`, and `usage` for two preprocessings. */
export async function readChosenSettings(places: Places, input: ChosenSettingsInput): Promise<ChosenSettings> {
  const { preprocessing, preprocessingFile, layout, labels } = input
  if (preprocessing !== null && preprocessingFile !== null) {
    throw new FoibleError('usage', 'Give the preprocessing itself or a file with it, not both.')
  }
  const fromFile = async () =>
    preprocessingFile === null ? null : await readChosenPreprocessing(places.resolve(preprocessingFile))
  // Values that somebody sends are not where they were once read any more.
  const steps = preprocessing === null ? await fromFile() : { ...preprocessing, origin: 'chosen by hand' }
  return {
    ...(steps === null ? {} : { preprocessing: steps }),
    ...(layout === null ? {} : { layout }),
    ...(labels === null ? {} : { classes: asGiven(await readChosenLabels(places.resolve(labels))) }),
  }
}

function asGiven({ names, file }: { readonly names: readonly string[]; readonly file: string }) {
  return { names: [...names], file }
}

/** Throws `model_invalid` where they are not as this version writes them. */
export function parseModelSettings({ name, settings }: Pick<ModelRecord, 'name' | 'settings'>): ChosenSettings {
  const parsed = modelSettingsSchema.safeParse(settings)
  if (parsed.success) return parsed.data
  const part = parsed.error.issues[0]?.path.join('.') ?? ''
  throw new FoibleError(
    'model_invalid',
    `The settings of ${name} cannot be read (“${part}”): remove the model, and add it again.`,
    { model: name, part },
  )
}

/** Whether two readings of a file prepare images alike and name the same classes. */
export function areSameModel(a: ModelSpec, b: ModelSpec): boolean {
  return prepareAlike(a, b) && nameAlike(a, b)
}

/** The same for what is dropped a second time: what it leaves open makes no difference. */
export function isNoOtherModel(known: ModelSpec, dropped: ModelSpec): boolean {
  const says = whatFilesSay(dropped)
  const isPrepared = says.preprocessing === undefined || prepareAlike(known, dropped)
  return isPrepared && (says.classes === undefined || nameAlike(known, dropped))
}

function prepareAlike(a: ModelSpec, b: ModelSpec): boolean {
  return a.layout === b.layout && isSame(stepsOf(a), stepsOf(b))
}

/** ImageNet models spell the same classes in their own ways. */
function nameAlike(a: ModelSpec, b: ModelSpec): boolean {
  return a.labelSpace === b.labelSpace && (a.labelSpace === 'imagenet-1k' || isSame(a.classes, b.classes))
}

function stepsOf({ preprocessing: { resize, resample, crop, rescale, mean, std, channelOrder } }: ModelSpec): unknown {
  const cropped = crop && { rounding: 'floor', ...crop }
  return [sorted(resize), resample, sorted(cropped), rescale, mean, std, channelOrder]
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** What a model's files say of it beyond what Foible takes for granted, as settings for the same graph beside another card. */
export function whatFilesSay({ preprocessing, layout, classes, labelSpace }: ModelSpec): ChosenSettings {
  const areNumbers = labelSpace === 'own' && classes.every((name, id) => name === unnamedClass(id))
  return {
    ...(preprocessing.origin === 'default' ? {} : { preprocessing, layout }),
    ...(areNumbers || labelSpace === 'imagenet-1k' ? {} : { classes: { names: [...classes], file: 'its labels' } }),
  }
}

function sorted<T>(value: T): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

/** What tells `derived` from its base in a word or two, as the end of a name: `bgr`, `resize-232-bilinear`. */
export function nameDifference(base: ModelSpec, derived: ModelSpec): string {
  const [from, to] = [base.preprocessing, derived.preprocessing]
  const differs = (key: 'resize' | 'crop' | 'mean' | 'std' | 'rescale') =>
    JSON.stringify(sorted(from[key])) !== JSON.stringify(sorted(to[key]))
  const words = [
    base.layout === derived.layout ? [] : derived.layout,
    differs('resize') || differs('crop') ? sizeWords(to) : [],
    from.resample === to.resample ? [] : to.resample,
    differs('mean') || differs('std') || differs('rescale') ? 'rescaled' : [],
    from.channelOrder === to.channelOrder ? [] : to.channelOrder,
    JSON.stringify(base.classes) === JSON.stringify(derived.classes) ? [] : 'relabelled',
  ].flat()
  return words.length > 3 ? 'other' : words.join('-')
}

function sizeWords({ resize, crop }: ModelSpec['preprocessing']): string {
  if (resize === null) return 'unresized'
  if (resize.kind === 'shortest-edge') return `resize-${resize.size}`
  return crop === null ? `squash-${resize.width}` : `squash-${resize.width}-crop`
}

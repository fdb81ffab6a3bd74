// From a way to feed a model to the settings of a model that is fed so. Pure.
import type { ChosenPreprocessing, ChosenSettings } from '../models/model-settings.ts'

interface Fed {
  readonly steps: ChosenPreprocessing
  readonly layout: NonNullable<ChosenSettings['layout']>
}

/** @param own As the model is fed: what is so already is not chosen. */
export function feedingSettings(
  { steps, layout }: Fed,
  own: Pick<Fed, 'layout'> | undefined,
): Pick<ChosenSettings, 'preprocessing' | 'layout'> {
  return { preprocessing: steps, ...(own?.layout === layout ? {} : { layout }) }
}

// The reviewed mistakes of ImageNet-M (`vit3b_mistakes.json`, `greedy_soups_mistakes.json`): a model's wrong answer with the
// kind and the severity that a panel gave it.
import { z } from 'zod'
import { imagenet1kClasses } from '#core/facts/imagenet-1k.ts'
import { brokenLabels } from './broken-labels.ts'

const mistakeCategories = [
  'Fine-grained',
  'Fine-grained with OOV',
  'Spurious Correlation',
  'Non-prototypical',
  'Fine-grained with Multilabel Options',
] as const
const mistakeSeverities = ['Major', 'Minor', 'Borderline'] as const

export interface Mistake {
  /** ImageNet id of the model's answer; null if the file does not say. */
  readonly topPrediction: number | null
  /** One of five kinds; another spelling than the known ones is kept as it is. */
  readonly category: string | null
  /** Major, Minor or Borderline; another word is kept as it is. */
  readonly severity: string | null
}

const shape = z.record(
  z.string(),
  z.object({
    top_prediction: z.number().int().min(0).lt(imagenet1kClasses.length).nullish(),
    'failure category': z.string().nullish(),
    'failure severity': z.string().nullish(),
  }),
)

/** Mistakes by file name. `json` is the parsed file. Throws `broken_file`. */
export function parseMistakes(json: unknown, file = 'mistakes file'): ReadonlyMap<string, Mistake> {
  const parsed = shape.safeParse(json)
  const isMistake = (row: object) => Object.values(row).some((value) => value !== undefined)
  if (!parsed.success || !Object.values(parsed.data).some(isMistake)) {
    throw brokenLabels(file, 'a file of mistakes (top_prediction, failure category, failure severity)')
  }
  return new Map(
    Object.entries(parsed.data).map(([name, row]) => [
      name,
      {
        topPrediction: row.top_prediction ?? null,
        category: normalise(row['failure category'], mistakeCategories, (text) => text.replace(/ error\b/, '')),
        severity: normalise(row['failure severity'], mistakeSeverities, (text) => text),
      },
    ]),
  )
}

/** The known spelling of `text` (two revisions of the files differ in case and in “error”); else the text itself. */
function normalise(
  text: string | null | undefined,
  known: readonly string[],
  simplify: (lower: string) => string,
): string | null {
  if (text === null || text === undefined || text.trim() === '') return null
  const simple = simplify(text.trim().toLowerCase())
  return known.find((name) => name.toLowerCase() === simple) ?? text.trim()
}

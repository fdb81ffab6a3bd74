// `questions/{background,texture,material}.csv` of ImageNet-D: tab-separated, one row an image, with its object and the two best
// guesses of CLIP, among which vision-language models were asked to choose.
import { CsvError, parse } from 'csv-parse/sync'
import type { Finding } from '#core/sample.ts'
import type { RunTerms } from '../foible-schema.ts'
import type { FileTree, ImportedPrediction, TreeEntry } from '../dataset-reader.ts'
import { basename } from '../safe-path.ts'
import { noteCases } from './known-images.ts'

const maxFileBytes = 64 << 20
const questionFiles = /^(?:background|texture|material)\.csv$/

/** The model that the guesses are a run of. The writer of the files scores CLIP; which one is not said. */
export const guessingModel = 'CLIP-best-guesses'
export const guessTerms: ReadonlyMap<string, RunTerms> = new Map([
  [guessingModel, { protocol: 'zero-shot', label_space: 'own' }],
])

export interface Question {
  /** The object's name, e.g. `binder (closed)`. */
  readonly object: string
  readonly nuisance: string
  /** Best first. */
  readonly guesses: ImportedPrediction | null
}

export interface Questions {
  /** By the image's file name without folders: 22-letter ids. */
  readonly byName: ReadonlyMap<string, Question>
  /** The files that were read. */
  readonly files: readonly string[]
  readonly findings: readonly Finding[]
}

/** Whether a file may be one of the three, by its name. */
export function isQuestionFile(path: string): boolean {
  return questionFiles.test(basename(path))
}

/** The questions of all three files, wherever in the tree they lie. */
export async function readQuestions(
  tree: FileTree,
  entries: readonly TreeEntry[],
  signal: AbortSignal,
): Promise<Questions> {
  const byName = new Map<string, Question>()
  const files: string[] = []
  const broken: string[] = []
  for (const { path } of entries.filter((entry) => isQuestionFile(entry.path))) {
    const rows = parseRows(new TextDecoder().decode(await tree.read(path, maxFileBytes, signal)))
    if (rows === null) broken.push(path)
    else files.push(path)
    rows?.forEach((row, i) => {
      const question = toQuestion(row)
      if (question === null) broken.push(`${path} row ${i + 1}`)
      else byName.set(basename(row['image_dir']!), question)
    })
  }
  const message = 'Files or rows of the questions that cannot be read.'
  return { byName, files, findings: noteCases('adapter_imagenet_d_questions', message, 'skipped', broken) }
}

/** null for text that is no such table. */
function parseRows(text: string): Record<string, string | undefined>[] | null {
  try {
    const rows = parse<Record<string, string | undefined>>(text, {
      delimiter: '\t',
      columns: true,
      bom: true,
      quote: null,
      relax_column_count: true,
      skip_empty_lines: true,
    })
    return rows.every((row) => 'image_dir' in row && 'gt_category' in row) ? rows : null
  } catch (error) {
    if (error instanceof CsvError) return null
    throw error
  }
}

function toQuestion(row: Readonly<Record<string, string | undefined>>): Question | null {
  const object = row['gt_category']
  const nuisance = row['image_dir']?.split('/')[0]
  if (!object || !nuisance) return null
  const guesses = [row['top1_pred_cate'], row['top2_pred_cate']].filter((guess) => guess !== undefined && guess !== '')
  return {
    object,
    nuisance,
    guesses: guesses.length === 0 ? null : { classes: guesses as string[], probabilities: guesses.map(() => null) },
  }
}

/** What to say of the guesses that became a run. */
export function noteGuesses(images: number): readonly Finding[] {
  return noteCases(
    'adapter_imagenet_d_guesses',
    'The questions hold two best guesses an image, those of a CLIP model over the 113 names (which one is not said).',
    `read as predictions of “${guessingModel}”, without probabilities`,
    [],
    images,
  )
}

// Counts what became of a file's rows, with examples of those that found no sample.
import { shorten } from '#core/format/shorten.ts'
import type { Finding } from '#core/sample.ts'
import { toText } from '#formats/column-values.ts'
import { countNoun } from '#formats/count-noun.ts'
import { noSample, severalSamples } from '#formats/sidecars/sample-index.ts'

const maxExamples = 20
const maxExampleLength = 80

/** The rules of the findings that `RowCounts` may give. */
export const rowRules = ['joined_unmatched', 'joined_ambiguous', 'joined_twice'] as const
type RowRule = (typeof rowRules)[number]

interface Noted {
  count: number
  readonly examples: string[]
}

export class RowCounts {
  matched = 0
  /** Rows that name no sample, or several. */
  unmatched = 0
  readonly #seen: Uint8Array
  readonly #noted = new Map<RowRule, Noted>()

  constructor(samples: number) {
    this.#seen = new Uint8Array(samples)
  }

  /** Whether the row (a result of `SampleIndex.find` for the cell) is to be read. */
  add(row: number, cell: unknown): boolean {
    if (row === noSample || row === severalSamples) {
      this.unmatched++
      this.#note(row === noSample ? 'joined_unmatched' : 'joined_ambiguous', cell)
      return false
    }
    this.matched++
    if (this.#seen[row] === 1) this.#note('joined_twice', cell)
    this.#seen[row] = 1
    return true
  }

  /** Of rows that found no sample. */
  get examples(): readonly string[] {
    const noted = [this.#noted.get('joined_unmatched'), this.#noted.get('joined_ambiguous')]
    return noted.flatMap((some) => some?.examples ?? []).slice(0, maxExamples)
  }

  get ambiguous(): number {
    return this.#noted.get('joined_ambiguous')?.count ?? 0
  }

  get twice(): number {
    return this.#noted.get('joined_twice')?.count ?? 0
  }

  findings(file: string): Finding[] {
    const texts = {
      joined_unmatched: [`Rows of “${file}” that name no sample.`, 'skipped'],
      joined_ambiguous: [`Rows of “${file}” whose name several samples have.`, 'skipped'],
      joined_twice: [`Rows of “${file}” for a sample that had one before.`, 'the last row counts'],
    } as const
    return [...this.#noted].map(([rule, { count, examples }]) => {
      const [message, action] = texts[rule]
      return { rule, count, message, action, examples }
    })
  }

  /** "48,868 rows joined, 12 without a sample" */
  describe(): string {
    const rest = this.unmatched === 0 ? '' : `, ${this.unmatched.toLocaleString('en-US')} without a sample`
    return `${countNoun(this.matched, 'row')} joined${rest}`
  }

  #note(rule: RowRule, cell: unknown): void {
    let noted = this.#noted.get(rule)
    if (noted === undefined) this.#noted.set(rule, (noted = { count: 0, examples: [] }))
    noted.count++
    const example = shorten(toText(cell), maxExampleLength)
    if (noted.examples.length < maxExamples && !noted.examples.includes(example)) noted.examples.push(example)
  }
}

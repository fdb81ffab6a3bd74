// A report as a list of blocks, which HTML and Markdown are two writings of. Pure, and the same for the same input.
import { formatCount, formatInterval, formatProbability, formatRate } from '../format/numbers.ts'
import type { Interval } from '../statistics/interval.ts'
import { type ReportErrorRatios, type ReportMetrics, metricBlocks } from './metric-blocks.ts'

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: readonly { readonly name: string; readonly value: string }[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly Cell[])[] }
  /** Sample ids whose thumbnails are shown, with their file names. */
  | { readonly kind: 'pictures'; readonly pictures: readonly { readonly id: number; readonly name: string }[] }

/** Text, or a rate that is also drawn: a dot with its interval, and a tick where it was expected. */
export type Cell =
  | string
  | { readonly text: string; readonly rate: number; readonly interval: Interval; readonly expected: number | null }

export interface ReportFinding {
  readonly field: string
  readonly value: string
  readonly sentence: string
  readonly n: number
  readonly failures: number
  readonly rate: number
  readonly wilson: Interval
  readonly expected: number
  readonly q: number
  /** The filter that shows its images, as text. */
  readonly where: string
  readonly pictures: readonly { readonly id: number; readonly name: string }[]
}

export interface ReportRun {
  readonly model: string
  readonly protocol: string
  readonly right: number
  readonly judged: number
  readonly accuracyInterval: Interval | null
  readonly provider: string
  readonly preprocessing: string
  readonly sha256: string | null
  readonly unmappedClasses: number
}

export interface ReportTable {
  readonly field: string
  readonly models: readonly string[]
  readonly rows: readonly {
    readonly value: string
    readonly cells: readonly { readonly n: number; readonly right: number; readonly wilson: Interval | null }[]
  }[]
  /** Values beyond the rows. */
  readonly further: number
}

export interface ReportContent {
  readonly foible: string
  readonly dataset: string
  readonly samples: number
  readonly source: string
  readonly license: string | null
  /** The filter as text; '' = all samples. */
  readonly where: string
  readonly matched: number
  readonly runs: readonly ReportRun[]
  readonly findings: readonly ReportFinding[]
  readonly easier: readonly ReportFinding[]
  /** Said where nothing stands out. */
  readonly quiet: string | null
  readonly power: readonly { readonly field: string; readonly sentence: string }[]
  readonly accuracy: readonly ReportTable[]
  /** One a model, over everything under the filter. */
  readonly metrics: readonly ReportMetrics[]
  readonly ratios: readonly ReportErrorRatios[]
  readonly subsets: readonly { readonly failing: readonly string[]; readonly count: number }[]
  readonly compared: number
  readonly pairs: readonly {
    readonly model: string
    readonly rows: readonly {
      readonly truth: string
      readonly predicted: string
      readonly count: number
      readonly n: number
    }[]
  }[]
  /** What the reader must not conclude, one sentence each. */
  readonly warnings: readonly string[]
}

/** Everything a reader needs to check the figures, the findings first. */
export function reportBlocks(content: ReportContent): readonly Block[] {
  const { dataset, findings, easier, quiet, matched, samples, where, warnings } = content
  return [
    { kind: 'heading', level: 1, text: `What fools the models on ${dataset}` },
    {
      kind: 'paragraph',
      text:
        where === ''
          ? `${formatCount(samples)} samples.`
          : `${formatCount(matched)} of ${formatCount(samples)} samples, those for which ${where}.`,
    },
    ...warnings.map((text): Block => ({ kind: 'note', text })),
    { kind: 'heading', level: 2, text: 'Models' },
    runTable(content.runs),
    { kind: 'heading', level: 2, text: 'Findings' },
    ...(quiet === null ? [] : [{ kind: 'paragraph', text: quiet } as const]),
    ...findings.flatMap(findingBlocks),
    ...(easier.length === 0 ? [] : [{ kind: 'heading', level: 2, text: 'What helps the models' } as const]),
    ...easier.flatMap(findingBlocks),
    ...(content.accuracy.length === 0 ? [] : [{ kind: 'heading', level: 2, text: 'Accuracy by value' } as const]),
    ...content.accuracy.flatMap(accuracyBlocks),
    ...metricBlocks(content.metrics, content.ratios),
    ...comparisonBlocks(content),
    ...content.pairs.flatMap(pairBlocks),
    { kind: 'heading', level: 2, text: 'Evidence' },
    evidenceFacts(content),
    {
      kind: 'paragraph',
      text: 'Rates have 95 % intervals by Wilson’s method. Expected rates are leave-one-out rates of the same classes. p values are exact, stratified by class; q values are Benjamini and Hochberg’s within a field. A finding is a value with q of at most .10; what has none could be chance.',
    },
    ...content.power.map(({ field, sentence }): Block => ({ kind: 'paragraph', text: `${field}: ${sentence}` })),
  ]
}

function findingBlocks(finding: ReportFinding): Block[] {
  const { field, value, sentence, where, n, failures, rate, wilson, expected, q, pictures } = finding
  return [
    { kind: 'heading', level: 3, text: `${field} = ${value}` },
    { kind: 'paragraph', text: `${sentence}.` },
    {
      kind: 'table',
      head: ['failures', 'n', 'failure rate [95 %]', 'expected', 'q', 'filter'],
      rows: [
        [
          formatCount(failures),
          formatCount(n),
          { text: `${formatRate(rate)} ${formatInterval(wilson)}`, rate, interval: wilson, expected },
          formatRate(expected),
          formatProbability('q', q).replace(/^q (= )?/, ''),
          where,
        ],
      ],
    },
    ...(pictures.length === 0 ? [] : [{ kind: 'pictures', pictures } as const]),
  ]
}

function runTable(runs: readonly ReportRun[]): Block {
  return {
    kind: 'table',
    head: ['model', 'accuracy [95 %]', 'right', 'judged', 'protocol', 'classes it does not know'],
    rows: runs.map(({ model, right, judged, accuracyInterval, protocol, unmappedClasses }) => [
      model,
      accuracyInterval === null
        ? 'nothing judged'
        : {
            text: `${formatRate(right / judged)} ${formatInterval(accuracyInterval)}`,
            rate: right / judged,
            interval: accuracyInterval,
            expected: null,
          },
      formatCount(right),
      formatCount(judged),
      protocol,
      formatCount(unmappedClasses),
    ]),
  }
}

function accuracyBlocks({ field, models, rows, further }: ReportTable): Block[] {
  const cell = ({ n, right, wilson }: ReportTable['rows'][number]['cells'][number]): Cell =>
    wilson === null
      ? '–'
      : {
          text: `${formatRate(right / n)} ${formatInterval(wilson)}, n ${formatCount(n)}`,
          rate: right / n,
          interval: wilson,
          expected: null,
        }
  return [
    { kind: 'heading', level: 3, text: field },
    { kind: 'table', head: [field, ...models], rows: rows.map((row) => [row.value, ...row.cells.map(cell)]) },
    ...(further === 0 ? [] : [{ kind: 'paragraph', text: `${formatCount(further)} more values.` } as const]),
  ]
}

function comparisonBlocks({ subsets, compared, runs }: ReportContent): Block[] {
  if (runs.length < 2 || compared === 0) return []
  return [
    { kind: 'heading', level: 2, text: 'Who fails where' },
    {
      kind: 'table',
      head: ['failing', 'samples', `of ${formatCount(compared)} that all have judged`],
      rows: subsets.map(({ failing, count }) => [
        failing.length === 0 ? 'none' : failing.join(' + '),
        formatCount(count),
        formatRate(count / compared),
      ]),
    },
  ]
}

function pairBlocks({ model, rows }: ReportContent['pairs'][number]): Block[] {
  if (rows.length === 0) return []
  return [
    { kind: 'heading', level: 2, text: `What ${model} takes for what` },
    {
      kind: 'table',
      head: ['class', 'taken for', 'times', 'of'],
      rows: rows.map(({ truth, predicted, count, n }) => [truth, predicted, formatCount(count), formatCount(n)]),
    },
  ]
}

function evidenceFacts({ foible, source, license, where, runs }: ReportContent): Block {
  return {
    kind: 'facts',
    facts: [
      { name: 'Made by', value: `Foible ${foible}` },
      { name: 'Source', value: source },
      ...(license === null ? [] : [{ name: 'Licence', value: license }]),
      { name: 'Filter', value: where === '' ? 'everything' : where },
      ...runs.flatMap(({ model, sha256, preprocessing, provider, protocol }) => [
        {
          name: model,
          value: `${sha256 === null ? 'imported predictions' : `sha256 ${sha256}`}; ${protocol}; ${provider}; ${preprocessing}`,
        },
      ]),
    ],
  }
}

// The protocols behind figures in words, and the sentence that is due where figures of several are put side by side. Pure.
import { formatCount } from '../format/numbers.ts'
import type { Protocol } from '../sample.ts'

export interface JudgedRun {
  readonly model: string
  readonly protocol: Protocol
  /** How many classes it could answer; null where that is not known, as of imported predictions. */
  readonly answers: number | null
}

/** "unmasked, over 1,000 classes", "16-class" */
export function describeProtocol({ protocol, answers }: Omit<JudgedRun, 'model'>): string {
  if (protocol === '16-class' || answers === null) return protocol
  return `${protocol}, over ${formatCount(answers)} ${answers === 1 ? 'class' : 'classes'}`
}

/**
 * "lite0 is judged unmasked, over 1,000 classes; clip zero-shot, over 113 classes: their accuracies are not like with like."
 * null where all runs answer the same question. A run of unknown classes is taken to be like the others of its protocol.
 */
export function noteProtocols(runs: readonly JudgedRun[]): string | null {
  const groups = new Map<string, JudgedRun[]>()
  for (const run of runs) {
    const question = questionOf(run, runs)
    groups.set(question, [...(groups.get(question) ?? []), run])
  }
  if (groups.size < 2) return null
  const parts = [...groups].map(([words, members], index) => {
    const names = members.map(({ model }) => model)
    const verb = index > 0 ? '' : names.length === 1 ? ' is judged' : ' are judged'
    return `${joinNames(names)}${verb} ${words}`
  })
  return `${parts.join('; ')}: their accuracies are not like with like.`
}

/** Those of the runs that answer the same question as one of them: their figures can be taken together. */
export function listAlike<T extends JudgedRun>(runs: readonly T[], model: string): readonly T[] {
  const run = runs.find((known) => known.model === model)
  if (run === undefined) return runs
  const question = questionOf(run, runs)
  return runs.filter((other) => questionOf(other, runs) === question)
}

function questionOf(run: JudgedRun, runs: readonly JudgedRun[]): string {
  if (run.answers !== null) return describeProtocol(run)
  const twin = runs.find(({ protocol, answers }) => protocol === run.protocol && answers !== null)
  return describeProtocol(twin ?? run)
}

/** At most three by name, since the figures beside name all of them. */
function joinNames(names: readonly string[]): string {
  const shown = names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} others`] : names
  const last = shown.at(-1) ?? ''
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`
}

/** What is said of the figures of some runs together: how all of them are judged, or that they are not like with like. */
export function describeJudging(runs: readonly JudgedRun[]): { readonly text: string; readonly isMixed: boolean } {
  const note = noteProtocols(runs)
  if (note !== null) return { text: note, isMixed: true }
  const [first] = runs
  const known = runs.find(({ answers }) => answers !== null) ?? first
  return { text: known === undefined ? '' : `Judged ${describeProtocol(known)}.`, isMixed: false }
}

// The model's classes that a class of the dataset could stand for. Proposals are for a person to confirm, never applied.
import { distance } from 'fastest-levenshtein'
import { normaliseName, synonymsOf } from './map-classes.ts'

export interface ClassProposal {
  readonly id: number
  /** How alike the names are, in 0..1. */
  readonly score: number
}

interface Name {
  readonly id: number
  readonly words: readonly string[]
  /** The words without anything between them. */
  readonly text: string
}

export interface ProposalIndex {
  readonly names: readonly Name[]
  /** Positions in `names` by word and by run of three letters. */
  readonly byWord: ReadonlyMap<string, readonly number[]>
  readonly byLetters: ReadonlyMap<string, readonly number[]>
  readonly count: number
}

const leastScore = 0.34
/** A number that is one of the ids may be meant as one, or not. */
const idScore = 0.5
const sharedLetters = 2
const shortLength = 5
/** Names beyond this are compared by their words alone: letter by letter takes time by the product of both lengths. */
const longestSpelt = 200
const fillers = new Set(['a', 'an', 'and', 'for', 'in', 'of', 'on', 'or', 'the', 'with'])

/** Prepares a model's labels (synonyms separated by commas, by id) for any number of questions. */
export function indexForProposals(labels: readonly string[]): ProposalIndex {
  const names = labels.flatMap((label, id) => synonymsOf(label).map((name): Name => ({ id, ...splitName(name) })))
  const byWord = new Map<string, number[]>()
  const byLetters = new Map<string, number[]>()
  names.forEach(({ words, text }, at) => {
    for (const word of new Set(words)) add(byWord, word, at)
    for (const letters of lettersOf(text)) add(byLetters, letters, at)
  })
  return { names, byWord, byLetters, count: labels.length }
}

/** Up to `limit` of the model's classes for a name, the likeliest first; of equal ones the lower id. */
export function proposeClasses(name: string, index: ProposalIndex, limit = 5): ClassProposal[] {
  const wanted = splitName(name)
  const best = new Map<number, number>()
  const offer = (id: number, score: number) => {
    if (score >= leastScore && score > (best.get(id) ?? 0)) best.set(id, score)
  }
  if (/^\d{1,9}$/.test(name) && Number(name) < index.count) offer(Number(name), idScore)
  for (const at of candidates(wanted, index)) {
    const candidate = index.names[at]!
    offer(candidate.id, compareNames(wanted, candidate, index))
  }
  return [...best]
    .map(([id, score]) => ({ id, score }))
    .sort((a, b) => b.score - a.score || a.id - b.id)
    .slice(0, limit)
}

/** Names that share a word, or enough letters in a row to be a slip of the keyboard; short ones have no letters to spare. */
function candidates(wanted: Omit<Name, 'id'>, { names, byWord, byLetters }: ProposalIndex): Set<number> {
  const found = new Set(wanted.words.flatMap((word) => byWord.get(word) ?? []))
  if (wanted.text.length <= shortLength) {
    names.forEach(({ text }, at) => Math.abs(text.length - wanted.text.length) <= 1 && found.add(at))
  }
  const shared = new Map<number, number>()
  for (const letters of lettersOf(wanted.text)) {
    for (const at of byLetters.get(letters) ?? []) {
      const count = (shared.get(at) ?? 0) + 1
      shared.set(at, count)
      if (count === sharedLetters) found.add(at)
    }
  }
  return found
}

/** The best of: how much of the rare words they share, how few letters differ, and one being a kind of the other. */
function compareNames(a: Omit<Name, 'id'>, b: Name, { byWord, names }: ProposalIndex): number {
  if (a.text === '' || b.text === '') return 0
  if (a.text === b.text) return 1
  const weigh = (words: Iterable<string>) => {
    let sum = 0
    for (const word of words) sum += Math.log(1 + names.length / (byWord.get(word)?.length ?? 1))
    return sum
  }
  const [wordsOfA, wordsOfB] = [new Set(a.words), new Set(b.words)]
  const shared = [...wordsOfA].filter((word) => wordsOfB.has(word))
  const overlap = shared.length === 0 ? 0 : (2 * weigh(shared)) / (weigh(wordsOfA) + weigh(wordsOfB))
  const longer = Math.max(a.text.length, b.text.length)
  const letters = longer > longestSpelt ? 0 : 1 - distance(a.text, b.text) / longer
  // English puts the kind last: a "Bernese mountain dog" is a dog, a "dog sled" is none.
  const [short, long] = a.words.length <= b.words.length ? [a.words, b.words] : [b.words, a.words]
  const isKind = short.length > 0 && short.every((word, at) => word === long[long.length - short.length + at])
  return Math.max(0.98 * overlap, letters > 0.6 ? 0.98 * letters : 0, isKind ? 0.6 + 0.3 * overlap : 0)
}

function splitName(name: string): Omit<Name, 'id'> {
  const words = (normaliseName(name).match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !fillers.has(word)).map(singular)
  return { words, text: words.join('') }
}

/** "dishes" stays apart from "dish"; what matters is that "mushrooms" finds "mushroom". */
function singular(word: string): string {
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word
}

function lettersOf(text: string): Set<string> {
  return new Set(Array.from({ length: Math.max(0, text.length - 2) }, (_, at) => text.slice(at, at + 3)))
}

function add(index: Map<string, number[]>, key: string, at: number): void {
  const known = index.get(key)
  if (known === undefined) index.set(key, [at])
  else known.push(at)
}

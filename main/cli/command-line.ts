// What commands share: how they are run, and the arguments they parse.
import { InvalidArgumentError } from 'commander'
import { FoibleError } from '#core/errors.ts'
import { parseLimits } from '#core/format/parse-limits.ts'
import { type KeptKind, keptKinds } from '#core/sample.ts'
import type { Session } from './session.ts'

/** Runs a command's work in a session of its own; errors become messages and exit codes outside. */
export type RunCommand = (work: (session: Session) => Promise<void>) => Promise<void>

export function positiveInteger(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number of at least 1.')
  return value
}

export function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number of at least 0.')
  return value
}

export function nameList(text: string): string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.some((name) => name === '')) throw new InvalidArgumentError('Names are separated by single commas.')
  const twice = names.find((name, at) => names.indexOf(name) < at)
  if (twice !== undefined) throw new InvalidArgumentError(`“${twice}” stands there twice.`)
  return names
}

/** `logits,embedding` */
export function parseKept(text: string): readonly KeptKind[] {
  return text.split(',').map((part) => {
    const kind = keptKinds.find((some) => some === part.trim())
    if (kind === undefined) throw new InvalidArgumentError(`“${part.trim()}” is none of: ${keptKinds.join(', ')}.`)
    return kind
  })
}

export function shareOf(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('It must be a number from 0 to 1.')
  return value
}

/** `0,50,100`: limits of bins. */
export function binLimits(text: string): number[] {
  try {
    return parseLimits(text)
  } catch (error) {
    if (error instanceof FoibleError) throw new InvalidArgumentError(error.message)
    throw error
  }
}

/** `8`: so many bins of about equally many values. `0,50,100`: limits of bins. */
export function bins(text: string): number | number[] {
  if (!/^\s*\d+\s*$/.test(text)) return binLimits(text)
  const count = Number(text)
  if (count < 2 || count > 50) throw new InvalidArgumentError('A number of bins lies between 2 and 50.')
  return count
}

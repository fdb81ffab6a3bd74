// What is wrong with a command line that could not be read, as one sentence, and whose help to read.
import type { Command, CommanderError } from 'commander'
import { nearestNames } from '#core/filter/nearest.ts'

/** @param argv Without the program's name. */
export function explainUsage(error: CommanderError, argv: readonly string[], program: Command): string {
  const { command, path, next } = findCommand(argv, program)
  const sentence = wrongCommand(error, { command, path, next }) ?? usageSentence(error.message)
  return `${sentence} See ${['foible', ...path].join(' ')} --help.`
}

interface Found {
  readonly command: Command
  /** The words that lead to it. */
  readonly path: readonly string[]
  /** The word behind those. */
  readonly next: string | undefined
}

function findCommand(argv: readonly string[], program: Command): Found {
  const words = argv.filter((word, at) => !word.startsWith('-') && argv[at - 1] !== '--library')
  let command = program
  const path: string[] = []
  for (const word of words) {
    const child = command.commands.find((candidate) => candidate.name() === word)
    if (child === undefined) break
    command = child
    path.push(word)
  }
  return { command, path, next: words[path.length] }
}

/** Commander takes an unknown command for an argument of the one above it, or shows the help of that. */
function wrongCommand({ code }: CommanderError, { command, path, next }: Found): string | null {
  const names = command.commands.map((child) => child.name())
  if (names.length === 0) return null
  const full = (name: string) => [...path, name].join(' ')
  if (code === 'commander.help') return `Say what to do: ${names.map(full).join(', ')}.`
  if (next === undefined || (code !== 'commander.excessArguments' && code !== 'commander.unknownCommand')) return null
  const [nearest] = nearestNames(next, names)
  const hint = nearest === undefined ? '' : ` Did you mean “${full(nearest)}”?`
  return `There is no command “${full(next)}”.${hint}`
}

/** "error: unknown option '--x'" -> "Unknown option '--x'." */
function usageSentence(message: string): string {
  const text = message.replace(/^error: /, '').replaceAll('\n', ' ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`
}

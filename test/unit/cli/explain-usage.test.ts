import { Command, CommanderError } from 'commander'
import { expect, it } from 'vitest'
import { explainUsage } from '#cli/explain-usage.ts'

function build(): Command {
  const program = new Command('foible').option('--library <folder>')
  program.command('start', { isDefault: true })
  program.command('slices').argument('<dataset>').option('--limit <n>')
  const runs = program.command('runs')
  runs.command('list', { isDefault: true }).argument('<dataset>')
  runs.command('delete').argument('<dataset>').argument('<run>')
  const hub = program.command('hub')
  hub.command('search').argument('<text>')
  for (const command of [program, ...program.commands, ...runs.commands, ...hub.commands]) {
    command
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
      .action(() => undefined)
  }
  hub.action(() => hub.help({ error: true }))
  return program
}

function explain(...argv: string[]): string {
  const program = build()
  try {
    program.parse(argv, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) return explainUsage(error, argv, program)
    throw error
  }
  return 'ran'
}

it('[QL18] names the nearest command, under another one too, and whose help to read', () => {
  expect(explain('slicse')).toBe('There is no command “slicse”. Did you mean “slices”? See foible --help.')
  expect(explain('--library', 'x', 'qqqq')).toBe('There is no command “qqqq”. See foible --help.')
  expect(explain('runs', 'delte', 'a', 'b')).toBe(
    'There is no command “runs delte”. Did you mean “runs delete”? See foible runs --help.',
  )
  expect(explain('hub')).toBe('Say what to do: hub search. See foible hub --help.')
  expect(explain('slices')).toMatch(/^Missing required argument 'dataset'\. See foible slices --help\.$/)
  expect(explain('slices', 'a', 'b')).toMatch(/^Too many arguments for 'slices'.*See foible slices --help\.$/)
  expect(explain('slices', 'a', '--lmit', '3')).toMatch(/^Unknown option '--lmit' \(Did you mean --limit\?\)\. See/)
  expect(explain('runs', 'a')).toBe('ran')
})

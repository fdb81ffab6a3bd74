// The command line within the test's own process: what it prints, and its exit code.
import { runCli } from '#cli/run-cli.ts'

export interface CommandResult {
  readonly code: number
  readonly out: string
  readonly err: string
}

export async function runCommand(
  args: readonly string[],
  signal = new AbortController().signal,
): Promise<CommandResult> {
  let out = ''
  let err = ''
  const code = await runCli(args, {
    out: (text) => (out += `${text}\n`),
    err: (text) => (err += text),
    isTerminal: false,
    signal,
  })
  return { code, out, err }
}

/** The one JSON document of a command that must succeed. */
export async function runJson(args: readonly string[]): Promise<unknown> {
  const { code, out, err } = await runCommand([...args, '--json'])
  if (code !== 0) throw new Error(`foible ${args.join(' ')} ended with ${code}: ${err}`)
  return JSON.parse(out)
}

// What the command line writes to: results on stdout, progress and errors on stderr.

export interface CliIo {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Whether stderr is a terminal on which one line may be overwritten. */
  readonly isTerminal: boolean
  readonly signal: AbortSignal
}

export interface GlobalOptions {
  readonly library?: string
  readonly json?: boolean
  readonly quiet?: boolean
  readonly color?: boolean
}

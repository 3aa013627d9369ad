/** The exit codes of every command. What each means: `docs/verdict.md`. */
export const exitCode = {
  pass: 0,
  regression: 1,
  usage: 2,
  inconclusive: 3,
  failed: 4,
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

/**
 * A mistake or a missing thing that a person can mend. Shown as a sentence and a hint, never as a stack trace.
 * `exit` is the exit code of the command (default 2, usage); `reason` is the machine-readable word for `--json`.
 */
export class UserError extends Error {
  readonly hint: string | undefined
  readonly exit: ExitCode
  readonly reason: string

  constructor(
    message: string,
    options: { hint?: string; exit?: ExitCode; reason?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'UserError'
    this.hint = options.hint
    this.exit = options.exit ?? exitCode.usage
    this.reason = options.reason ?? 'usage'
  }
}

/** What a thrown thing says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error)
}

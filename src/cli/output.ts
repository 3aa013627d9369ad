import { messageOf, UserError, exitCode, type ExitCode } from '../model/errors.js'

/** Whether this runs as a step of GitHub Actions, where a line of the log may be a command to the runner. */
export const onGithub = (environment = process.env): boolean => environment['GITHUB_ACTIONS'] === 'true'

/**
 * A space without width within what the runner would take for a command: names and answers of a target must not stop its log or mask words.
 * Source: actions/runner, ActionCommand.cs: `::` at the start of a line, `##[` anywhere.
 */
const unread = (text: string): string =>
  onGithub() ? text.replace(/^(\s*:):/gm, '$1\u200b:').replaceAll('##[', '#\u200b#[') : text

// What is said has no colours: an escape in it came from a file's name or over the wire, and would steer the terminal.
const inert = (text: string): string => text.replaceAll(/[^\P{Cc}\t\n]/gu, '\ufffd')

/** Standard output carries the answer and nothing else; all that is said meanwhile goes to standard error. */
export const print = (text: string): void =>
  void process.stdout.write(unread(text.endsWith('\n') ? text : `${text}\n`))
export const say = (text: string): void => void process.stderr.write(`${unread(inert(text))}\n`)

/** Text that is JSON already. For GitHub's runner the same value is written in other letters. */
export const printJsonText = (text: string): void =>
  void process.stdout.write(text.replaceAll('##[', '#\\u0023['))
export const printJson = (value: unknown): void => printJsonText(`${JSON.stringify(value, undefined, 2)}\n`)

const isSet = (value: string | undefined): boolean => value !== undefined && value !== ''

/**
 * True where colours help: a terminal that knows them, or where they are asked for; and nobody asked for none.
 * Sources: no-color.org, force-color.org; `0` and `false` as Node has it.
 */
export function colourful(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  terminal: boolean = process.stdout.isTTY,
): boolean {
  const { NO_COLOR: none, FORCE_COLOR: forced, TERM: kind } = environment
  if (isSet(none)) return false
  if (isSet(forced)) return forced !== '0' && forced !== 'false'
  return terminal && kind !== 'dumb'
}

/** Tells a person, and with `json` a machine, what went wrong. Returns the exit code. */
export function tellError(error: unknown, json: boolean): ExitCode {
  if (error instanceof UserError) {
    say(`vge-perf: ${error.message}${error.hint === undefined ? '' : `\n  ${error.hint}`}`)
    if (json)
      printJson({
        error: { message: error.message, hint: error.hint, reason: error.reason, exit: error.exit },
      })
    return error.exit
  }
  say(`vge-perf: something unexpected happened, and it is a fault of this tool: ${messageOf(error)}`)
  if (process.env['VGE_PERF_DEBUG'] !== undefined && error instanceof Error) say(error.stack ?? '')
  else say('  VGE_PERF_DEBUG=1 shows where.')
  if (json) printJson({ error: { message: messageOf(error), reason: 'internal', exit: exitCode.failed } })
  return exitCode.failed
}

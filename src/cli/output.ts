import { messageOf, UserError, exitCode, type ExitCode } from '../model/errors.js'

/** Standard output carries the answer and nothing else; all that is said meanwhile goes to standard error. */
export const print = (text: string): void =>
  void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
export const say = (text: string): void => void process.stderr.write(`${text}\n`)

export const printJson = (value: unknown): void => print(JSON.stringify(value, undefined, 2))

/** True where colours help: a terminal, and nobody asked for none. */
export const colourful = (): boolean => process.stdout.isTTY && process.env['NO_COLOR'] === undefined

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

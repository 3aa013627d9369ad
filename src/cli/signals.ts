import { exitCode, UserError } from '../model/errors.js'
import { say } from './output.js'

/** Aborts at the first Ctrl-C or SIGTERM, so that all is stopped and saved; the second one ends at once. */
export function abortOnSignals(): AbortSignal {
  const controller = new AbortController()
  const stop = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(exitCode.interrupted)
    say(
      `\n${name === 'SIGINT' ? 'Interrupted' : 'Told to end'}: stopping the load and saving what was measured.`,
    )
    controller.abort(new UserError('Interrupted.', { exit: exitCode.interrupted, reason: 'interrupted' }))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  process.on('SIGHUP', stop)
  return controller.signal
}

/** Ends at once on Ctrl-C or SIGTERM, for a command that has nothing to save; temporary files go all the same. */
export function endOnSignals(): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(name, () => process.exit(exitCode.interrupted))
}

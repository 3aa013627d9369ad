#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { exitCode, messageOf, UserError } from '../model/errors.js'
import { version } from '../model/package.js'
import { baselineCommand } from './commands/baseline.js'
import { calibrateCommand } from './commands/calibrate.js'
import { compareCommand, reportCommand } from './commands/compare.js'
import { doctorCommand } from './commands/doctor.js'
import { collectCommand, compileCommand, k8sCommand } from './commands/elsewhere.js'
import { gateCommand, runCommand } from './commands/gate.js'
import { listCommand, planCommand } from './commands/list.js'
import { targetCommand } from './commands/target.js'
import { trendCommand } from './commands/trend.js'
import { onGithub, print, say, tellError } from './output.js'

const threeThings = `vge-perf: may this build be deployed?

  vge-perf gate                          decide it, on the embedded platform or on --target URL
  vge-perf run --scenario checkout       measure one scenario and see where the time goes
  vge-perf plan --profile full           see what would be sent, and send nothing

All commands: vge-perf --help`

/** Paths are told from it. Throws `UserError` when it was deleted. */
const assertWorkingDirectory = (): void => {
  try {
    process.cwd()
  } catch (error) {
    throw new UserError(`The working directory cannot be used (${messageOf(error)}).`, {
      hint: 'Change to a folder that is there, and try again.',
      cause: error,
    })
  }
}

async function main(): Promise<number> {
  let code = 0
  const done = (value: number): void => void (code = value)
  const program = new Command('vge-perf')
    .description('Load and performance regression gate for VoelgoedEvents')
    .version(version())
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'vge-perf: ')) })
    .showHelpAfterError('  Ask with --help.')
  for (const add of [
    gateCommand,
    runCommand,
    planCommand,
    compareCommand,
    baselineCommand,
    calibrateCommand,
    trendCommand,
    reportCommand,
    listCommand,
    targetCommand,
    doctorCommand,
    compileCommand,
    k8sCommand,
    collectCommand,
  ]) {
    add(program, done)
  }
  if (process.argv.length <= 2) {
    print(threeThings)
    return 0
  }
  const [command, asked] = process.argv.slice(2)
  const names = program.commands.map((one) => one.name())
  try {
    assertWorkingDirectory()
    // Commander shows all of its help instead.
    if (command === 'help' && asked !== undefined && ![...names, 'help'].includes(asked)) {
      throw new UserError(`There is no command "${asked}".`, {
        hint: `There are: ${names.join(', ')}.`,
        reason: 'unknown_command',
      })
    }
    await program.parseAsync()
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCode.usage
    const json = process.argv.includes('--json')
    const exit = tellError(error, json)
    if (onGithub()) (await import('./github.js')).tellGithubError(error, json)
    return exit
  }
  return code
}

// A reader that went away is no failure; an answer that could not be written is.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE')
    process.exit(
      tellError(
        new UserError(`The answer could not be written: ${error.message}.`, { exit: exitCode.failed }),
        false,
      ),
    )
})
let finished = false
// A module of the user's that ends the process, or waits for ever, must not look like a verdict.
process.on('exit', (code) => {
  if (finished || code === exitCode.interrupted || code === exitCode.failed) return
  say('vge-perf: a scenario or the configuration ended the program before it was done.')
  process.exitCode = exitCode.usage
})
process.exitCode = await main()
finished = true
// Handles of libraries must not hold a finished command; what is written is flushed first.
process.stdout.write('', () => process.exit())

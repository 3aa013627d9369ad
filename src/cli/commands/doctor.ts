import type { Command } from 'commander'
import { readConfig } from '../../config/read.js'
import { many, targetsOf, withConfig } from '../options.js'
import { colourful, print, printJson } from '../output.js'
import { columns } from '../rows.js'
import { endOnSignals } from '../signals.js'

interface DoctorFlags {
  readonly config?: string
  readonly json?: boolean
  readonly target?: readonly string[]
  readonly postgres?: string
  readonly redis?: string
}

export function doctorCommand(program: Command, done: (code: number) => void): void {
  withConfig(program.command('doctor'))
    .description('whether this machine and this target can give a trustworthy result; exit 0, or 3 when not')
    .option('--target <URL>', 'a target that is up, to be asked too; repeat for each node', many)
    .option('--postgres <URL>', 'its Postgres (better: from the environment, in the configuration)')
    .option('--redis <URL>', 'its Redis')
    .action(async (flags: DoctorFlags) => {
      endOnSignals()
      const [{ doctor }, { conditionLines }] = await Promise.all([
        import('../../jobs/doctor.js'),
        import('../../report/condition.js'),
      ])
      const config = await readConfig(flags.config)
      const layout = { columns: columns(), colour: colourful() }
      const { exit, headline, conditions } = await doctor({
        config,
        targets: targetsOf(config, flags),
        tell: (condition) => {
          if (flags.json !== true) print(conditionLines(condition, layout))
        },
      })
      if (flags.json === true) printJson({ exit, headline, conditions })
      else print(`\n${headline}`)
      done(exit)
    })
}

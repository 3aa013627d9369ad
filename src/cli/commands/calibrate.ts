import { type Command, InvalidArgumentError, Option } from 'commander'
import { exitCode, UserError } from '../../model/errors.js'
import { count, withLoad } from '../options.js'
import { colourful, print, printJson, say } from '../output.js'
import { progressLine } from '../progress.js'
import { columns } from '../rows.js'
import { gateOptions, withControl, type GateFlags } from './gate.js'

interface CalibrateFlags extends Omit<GateFlags, 'regressionCheck'> {
  readonly starts: number
  readonly rounds: number
  /** False of `--no-doses`. */
  readonly doses: readonly number[] | false
}

/** `5,10,20` per cent, as shares. */
const dosesIn = (text: string): readonly number[] => {
  const doses = text.split(',').map((word) => Number(word.trim().replace(/%$/, '')) / 100)
  if (text.trim() !== '' && doses.every((dose) => dose >= 0.001 && dose <= 10)) return [...new Set(doses)]
  throw new InvalidArgumentError('expected per cents from 0.1 to 1000, such as 5,10,20.')
}

const starts = (text: string): number => {
  const found = count(text)
  if (found >= 2 && found <= 40) return found
  throw new InvalidArgumentError('expected a whole number from 2 to 40.')
}

export function calibrateCommand(program: Command, done: (code: number) => void): void {
  withControl(withLoad(program.command('calibrate'), 'smoke'))
    .description('compare equal builds: how noisy is this machine, and which latencies may gate on it')
    .option('--starts <N>', 'fresh starts on which equal builds are compared', starts, 6)
    .addOption(
      new Option('--doses <LIST>', 'per cents by which a proxy then slows the candidate down')
        .argParser(dosesIn)
        .default([0.05, 0.1, 0.2], '5,10,20'),
    )
    .option('--no-doses', 'compare equal builds only')
    .option('--rounds <N>', 'gates a dose', count, 3)
    .action(async (flags: CalibrateFlags) => {
      if ((flags.plant ?? []).length > 0) {
        throw new UserError(
          '--plant and calibrate contradict each other: equal builds have the same faults.',
          {
            reason: 'contradiction',
          },
        )
      }
      const [{ calibrate }, { calibrationLines }, { readCalibration }] = await Promise.all([
        import('../../jobs/calibrate.js'),
        import('../../report/calibration.js'),
        import('../../store/index.js'),
      ])
      const options = await gateOptions({ ...flags, regressionCheck: true }, false)
      if (options.source.arms.length < 2) {
        throw new UserError('calibrate compares two equal builds, and only one target is named.', {
          hint: 'Name the same build at another address with --control, or leave --target out: then two embedded ones are compared.',
          reason: 'no_control',
        })
      }
      // Damaged, it would be found out when all is measured.
      await readCalibration(options.config.calibration)
      const progress = progressLine(undefined)
      const found = await calibrate({
        ...options,
        starts: flags.starts,
        doses: flags.doses === false ? [] : flags.doses,
        rounds: flags.rounds,
        say: progress.say,
      }).finally(progress.end)
      const file = options.config.calibration
      if (flags.json === true) printJson({ file, ...found, equal: found.equal.outcome })
      else {
        print(calibrationLines(found, { columns: columns(), colour: colourful() }))
      }
      say(`Kept in ${file} for 30 days: vge-perf gate looks there.`)
      const some = found.scenarios.some(({ metrics }) => Object.values(metrics).some((one) => one.mayGate))
      done(some ? 0 : exitCode.inconclusive)
    })
}

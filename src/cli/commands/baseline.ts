import type { Command } from 'commander'
import { count, withConfig, withLoad } from '../options.js'
import { print, printJson, say } from '../output.js'
import { progressLine } from '../progress.js'
import { gateOptions, type GateFlags } from './gate.js'

const root = (command: Command): Command =>
  command.option('--baselines <FOLDER>', 'where baselines are kept', 'baselines')

const unitOf = (metric: string) =>
  metric.endsWith('rate')
    ? ('per_second' as const)
    : metric.endsWith('share')
      ? ('share' as const)
      : ('us' as const)

interface BaselineFlags {
  readonly baselines: string
  readonly json?: boolean
}

export function baselineCommand(program: Command, done: (code: number) => void): void {
  const baseline = program
    .command('baseline')
    .description('record, promote, list and show what a build is compared with')

  root(withLoad(baseline.command('record'), 'smoke'))
    .description('measure sessions, each on a fresh start; they count once they are promoted')
    .argument('<name>', 'of the baseline, such as main')
    .option('--sessions <N>', 'how many; a comparison needs 8', count, 1)
    .action(async (name: string, flags: GateFlags & { readonly sessions: number }) => {
      const { recordBaseline } = await import('../../jobs/baseline.js')
      const options = await gateOptions({ ...flags, regressionCheck: true }, true)
      const progress = progressLine(undefined)
      const paths = await recordBaseline(
        { ...options, say: progress.say },
        { root: flags.baselines, name, sessions: flags.sessions },
      ).finally(progress.end)
      if (flags.json === true) printJson({ recorded: paths })
      else
        print(
          `Recorded:\n${paths.map((path) => `  ${path}`).join('\n')}\nNext: vge-perf baseline promote ${name}`,
        )
      done(0)
    })

  root(withConfig(baseline.command('promote')))
    .description('let recorded sessions count')
    .argument('<name>', 'of the baseline')
    .option('--pin', 'keep them as the release baseline, beside the rolling one')
    .action(async (name: string, flags: BaselineFlags & { readonly pin?: boolean }) => {
      const { promoteSessions } = await import('../../store/index.js')
      const promoted = await promoteSessions(flags.baselines, name, { pin: flags.pin === true })
      if (flags.json === true)
        printJson({ promoted: promoted.map(({ scenario, session }) => ({ scenario, session })) })
      else print(`Promoted ${promoted.length} session(s) of "${name}".`)
      done(0)
    })

  root(withConfig(baseline.command('list')))
    .description('which baselines there are')
    .action(async (flags: BaselineFlags) => {
      const { listBaselines } = await import('../../store/index.js')
      const found = await listBaselines(flags.baselines)
      if (flags.json === true) printJson(found)
      else if (found.length === 0)
        say(`No baseline in ${flags.baselines}. Record one: vge-perf baseline record main --sessions 8`)
      else {
        print(
          found
            .map(
              (one) =>
                `${one.name}  ${one.scenario} (${one.profile})  ${one.promoted} of ${one.sessions} promoted, latest ${one.latest}`,
            )
            .join('\n'),
        )
      }
      done(0)
    })

  root(withConfig(baseline.command('show')))
    .description('the sessions of a baseline and their figures')
    .argument('<name>', 'of the baseline')
    .action(async (name: string, flags: BaselineFlags) => {
      const [{ readSessions }, { measure }] = await Promise.all([
        import('../../store/index.js'),
        import('../../report/format.js'),
      ])
      const sessions = await readSessions(flags.baselines, name)
      if (flags.json === true) printJson(sessions)
      else {
        for (const session of sessions) {
          print(
            `${session.scenario} (${session.profile})  ${session.recordedAt}  ${session.promotedAt === undefined ? 'not promoted' : 'promoted'}`,
          )
          for (const [metric, { value, count: samples }] of Object.entries(session.metrics)) {
            print(`  ${metric.padEnd(32)} ${measure(value, unitOf(metric)).padStart(10)}  of ${samples}`)
          }
        }
      }
      done(0)
    })
}

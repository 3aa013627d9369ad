import type { Command } from 'commander'
import { fewestSessions } from '../../stats/prediction.js'
import { count, days, keep, withConfig, withLoad } from '../options.js'
import { print, printJson, say } from '../output.js'
import { progressLine } from '../progress.js'
import { gateOptions, type GateFlags } from './gate.js'

const root = (command: Command): Command =>
  command.option('--baselines <FOLDER>', 'where baselines are kept', 'baselines')

const named = (command: Command, description: string): Command =>
  root(withConfig(command)).description(description).argument('<name>', 'of the baseline, such as main')

const dry = (command: Command): Command =>
  command.option('--dry-run', 'say what would be done, and do nothing')

interface BaselineFlags {
  readonly baselines: string
  readonly json?: boolean
}
type DryFlags = BaselineFlags & { readonly dryRun?: boolean }

export function baselineCommand(program: Command, done: (code: number) => void): void {
  const baseline = program
    .command('baseline')
    .description('record, promote, pin, roll, prune, list and show what a build is compared with')
  recordCommand(baseline, done)
  changingCommands(baseline, done)
  tellingCommands(baseline, done)
}

function recordCommand(baseline: Command, done: (code: number) => void): void {
  root(withLoad(baseline.command('record'), 'smoke'))
    .description('measure sessions, each on a fresh start; they count once they are promoted')
    .argument('<name>', 'of the baseline, such as main')
    .option('--sessions <N>', `how many; a comparison needs ${fewestSessions}`, count, 1)
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
}

/** What changes files, and says which. */
function changingCommands(baseline: Command, done: (code: number) => void): void {
  named(baseline.command('promote'), 'let recorded sessions count').action(
    async (name: string, flags: BaselineFlags) => {
      const [{ describe, promote }, { listText }] = await Promise.all([
        import('../../jobs/upkeep.js'),
        import('../../report/terminal-baseline.js'),
      ])
      const promoted = await promote({ root: flags.baselines, name })
      if (flags.json === true)
        printJson({ promoted: promoted.map(({ scenario, session }) => ({ scenario, session })) })
      else {
        print(`Promoted:\n${promoted.map(({ scenario, session }) => `  ${scenario}  ${session}`).join('\n')}`)
        print(listText(await describe(flags.baselines, name)))
      }
      done(0)
    },
  )

  named(baseline.command('pin'), 'keep what counts now as a release, beside the rolling baseline')
    .requiredOption('--as <RELEASE>', 'what the release is called, such as 1.4')
    .action(async (name: string, flags: BaselineFlags & { readonly as: string }) => {
      const { pin } = await import('../../jobs/upkeep.js')
      const pinned = await pin({ root: flags.baselines, name }, flags.as)
      if (flags.json === true) printJson({ release: flags.as, pinned })
      else if (pinned.length === 0) print(`Release ${flags.as} has these sessions already.`)
      else
        print(
          `Pinned as release ${flags.as}:\n${pinned.map((path) => `  ${path}`).join('\n')}\nGates with --baseline ${name} now say when they have drifted from it.`,
        )
      done(0)
    })

  dry(named(baseline.command('roll'), 'move on: the newest sessions count, older ones no longer'))
    .option(
      '--keep <N>',
      `how many of the same conditions count, ${fewestSessions} or more`,
      keep,
      fewestSessions,
    )
    .action(async (name: string, flags: DryFlags & { readonly keep: number }) => {
      const [{ roll }, { rolledText }] = await Promise.all([
        import('../../jobs/upkeep.js'),
        import('../../report/terminal-baseline.js'),
      ])
      const dryRun = flags.dryRun === true
      const rolled = await roll({ root: flags.baselines, name }, { keep: flags.keep, dryRun })
      if (flags.json === true) printJson({ dryRun, rolled })
      else print(rolledText(rolled, dryRun))
      done(0)
    })

  dry(named(baseline.command('prune'), 'delete old sessions that no gate can use; a trend forgets them too'))
    .option('--older-than <DAYS>', 'how old they have to be', days, 180)
    .action(async (name: string, flags: DryFlags & { readonly olderThan: number }) => {
      const { prune } = await import('../../jobs/upkeep.js')
      const dryRun = flags.dryRun === true
      const pruned = await prune({ root: flags.baselines, name }, { olderThan: flags.olderThan, dryRun })
      const told = pruned.map(
        ({ scenario, session }) => `${flags.baselines}/${name}/${scenario}/${session}.json`,
      )
      if (flags.json === true) printJson({ dryRun, deleted: told })
      else if (told.length === 0)
        print(
          `Nothing to delete: no session of "${name}" that does not count is older than ${flags.olderThan} days.`,
        )
      else print(`${dryRun ? 'Would delete' : 'Deleted'}:\n${told.map((path) => `  ${path}`).join('\n')}`)
      done(0)
    })
}

function tellingCommands(baseline: Command, done: (code: number) => void): void {
  root(withConfig(baseline.command('list')))
    .description('which baselines there are, and which of them a gate can use')
    .action(async (flags: BaselineFlags) => {
      const [{ describe }, { listText }] = await Promise.all([
        import('../../jobs/upkeep.js'),
        import('../../report/terminal-baseline.js'),
      ])
      const found = await describe(flags.baselines)
      if (flags.json === true) printJson(found)
      else if (found.length === 0)
        say(
          `No baseline in ${flags.baselines}. Record one: vge-perf baseline record main --sessions ${fewestSessions}`,
        )
      else print(listText(found))
      done(0)
    })

  named(baseline.command('show'), 'the sessions of a baseline and their figures').action(
    async (name: string, flags: BaselineFlags) => {
      const [{ describe }, { showText }] = await Promise.all([
        import('../../jobs/upkeep.js'),
        import('../../report/terminal-baseline.js'),
      ])
      const found = await describe(flags.baselines, name)
      if (flags.json === true) printJson(found)
      else print(showText(found))
      done(0)
    },
  )
}

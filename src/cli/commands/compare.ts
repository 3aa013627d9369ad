import type { Command } from 'commander'
import { readConfig } from '../../config/read.js'
import { many, withConfig } from '../options.js'
import { repeatCommand } from '../repeat.js'
import { showJudged, showVerdict } from '../show.js'

interface CompareFlags {
  readonly config?: string
  readonly json?: boolean
  readonly waive?: readonly string[]
}

const waive = (command: Command): Command =>
  command.option('--waive <NAME>', 'an invariant that need not be checked; may be repeated', many)

const waived = async (flags: CompareFlags): Promise<readonly string[]> => [
  ...(await readConfig(flags.config)).waive,
  ...(flags.waive ?? []),
]

export function compareCommand(program: Command, done: (code: number) => void): void {
  waive(withConfig(program.command('compare')))
    .description('judge two runs on disk: A is the control, B the candidate')
    .argument('<A>', 'folder of a run, or of a report with one scenario, whose candidate is meant')
    .argument('<B>', 'as A')
    .action(async (a: string, b: string, flags: CompareFlags) => {
      const { compareRuns } = await import('../../jobs/compare.js')
      const verdict = await compareRuns(a, b, { waive: await waived(flags), repeat: repeatCommand() })
      await showVerdict(verdict, { json: flags.json === true })
      done(verdict.exit)
    })
}

export function reportCommand(program: Command, done: (code: number) => void): void {
  waive(withConfig(program.command('report')))
    .description('judge what a folder holds again, and write its page and files anew')
    .argument('<folder>', 'what gate or run wrote, also when it was cut short')
    .option('--no-regression-check', 'judge budgets and invariants only')
    .action(async (folder: string, flags: CompareFlags & { readonly regressionCheck: boolean }) => {
      const { judgeStored } = await import('../../jobs/report.js')
      const found = await judgeStored(folder, {
        waive: await waived(flags),
        noRegressionCheck: !flags.regressionCheck,
        whole: true,
      })
      done(await showJudged(found, { folder, json: flags.json === true }))
    })
}

import type { Command } from 'commander'
import { many, points, reportFolder, withConfig } from '../options.js'
import { colourful, print, printJson, say } from '../output.js'
import { columns } from '../rows.js'

interface TrendFlags {
  readonly baselines: string
  readonly reports?: string
  readonly scenario?: readonly string[]
  readonly profile?: string
  readonly last: number
  readonly report?: string
  readonly json?: boolean
}

export function trendCommand(program: Command, done: (code: number) => void): void {
  withConfig(program.command('trend'))
    .description(
      'how the figures of a baseline went, and since when they changed; exit 0, or 3 when there is too little',
    )
    .argument('[name]', 'of the baseline (default: the only one)')
    .option('--baselines <FOLDER>', 'where baselines are kept', 'baselines')
    .option('--reports <FOLDER>', 'a folder of reports, such as reports: the runs in it join the sessions')
    .option('--scenario <NAME>', 'a scenario; may be repeated (default: all)', many)
    .option('--profile <NAME>', 'a profile (default: all)')
    .option('--last <N>', 'sessions of each line, up to 400', points, 100)
    .option('--report <FOLDER>', 'where the page goes (default: reports/<date>-trend)')
    .action(async (name: string | undefined, flags: TrendFlags) => {
      const [{ trend, writeTrend }, { trendText }, { assertWritable }] = await Promise.all([
        import('../../jobs/trend.js'),
        import('../../report/terminal-trend.js'),
        import('../../store/index.js'),
      ])
      const folder = reportFolder(flags.report, 'trend')
      await assertWritable(folder)
      const found = await trend({
        root: flags.baselines,
        ...(name === undefined ? {} : { name }),
        ...(flags.reports === undefined ? {} : { reports: flags.reports }),
        scenarios: flags.scenario ?? [],
        ...(flags.profile === undefined ? {} : { profile: flags.profile }),
        last: flags.last,
      })
      const page = await writeTrend(folder, found)
      if (flags.json === true) {
        printJson(found)
        say(`${found.headline}  Page: ${page}`)
      } else print(trendText(found, { columns: columns(), colour: colourful(), page }))
      done(found.exit)
    })
}

import type { Verdict } from '../model/verdict.js'
import type { Place } from '../report/index.js'
import { colourful, onGithub, print, printJsonText, say } from './output.js'

/** The answer of a command that judged something: for a person or a machine, and for GitHub Actions when it runs there. */
export async function showVerdict(
  verdict: Verdict,
  options: {
    readonly json: boolean
    /** Where the page was written. */
    readonly page?: string
    readonly places?: Readonly<Record<string, Place>>
  },
): Promise<void> {
  const { reporters, terminal } = await import('../report/index.js')
  const { json, page } = options
  if (json) {
    printJsonText(reporters.json.render(verdict, []))
    if (page !== undefined) say(`${verdict.headline}  Page: ${page}`)
  } else
    print(terminal(verdict, { columns: Math.max(80, process.stdout.columns ?? 80), colour: colourful() }))
  if (onGithub()) (await import('./github.js')).tellGithub(verdict, options)
}

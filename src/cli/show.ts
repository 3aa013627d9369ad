import type { Judged } from '../jobs/judge.js'
import type { Verdict } from '../model/verdict.js'
import type { Place } from '../report/index.js'
import { colourful, onGithub, print, printJsonText, say, tellError } from './output.js'
import { columns } from './rows.js'

/**
 * Writes the reports of a verdict and tells it. A full disk must not cost the answer: it is told also where its page could not be written.
 * Returns the exit code.
 */
export async function showJudged(
  { verdict, judged }: { readonly verdict: Verdict; readonly judged: readonly Judged[] },
  {
    folder,
    ...how
  }: { readonly folder: string } & Pick<Parameters<typeof showVerdict>[1], 'json' | 'places'>,
): Promise<number> {
  const { writeReports } = await import('../jobs/report.js')
  let page: string
  try {
    page = await writeReports(folder, verdict, judged)
  } catch (error) {
    const { folder: _, ...pageless } = verdict
    await showVerdict(pageless, how)
    // Standard output has its one answer.
    return tellError(error, false)
  }
  await showVerdict(verdict, { ...how, page })
  return verdict.exit
}

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
  } else print(terminal(verdict, { columns: columns(), colour: colourful() }))
  if (onGithub()) (await import('./github.js')).tellGithub(verdict, options)
}

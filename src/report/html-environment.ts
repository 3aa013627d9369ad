import type { Fingerprint } from '../model/artefact.js'
import type { Verdict } from '../model/verdict.js'
import { none } from './format.js'
import { coresSection } from './html-cores.js'
import { table, type TableRow } from './html-table.js'
import type { ScenarioRuns } from './input.js'
import { markup, nothing, type Markup } from './markup.js'

type Facts = Readonly<Record<string, string>>

/** Under which conditions it was measured: what is compared, and each scenario's fingerprint. A difference is said in words. */
export function environment(verdict: Verdict, runs: readonly ScenarioRuns[]): Markup {
  const subject = facts('what is compared', verdict.control, verdict.candidate)
  return markup`<section id="environment" aria-labelledby="environment-title"><h2 id="environment-title">Environment</h2>
${subject.length === 0 ? nothing : table(headings, subject, 'What is compared')}
${runs.map(fingerprints)}</section>
`
}

const headings = ['', '', 'control', 'candidate', '']

function fingerprints(runs: ScenarioRuns): Markup {
  const { scenario, control, candidate } = runs
  const [before, after] = [control?.file.fingerprint, candidate?.file.fingerprint]
  const classes: readonly (readonly [string, (one: Fingerprint) => Facts])[] = [
    ['must be equal', (one) => one.must],
    ['should be equal', (one) => one.warn],
    ['may differ', (one) => one.subject],
  ]
  const rows = classes.flatMap(([title, pick]) => facts(title, before && pick(before), after && pick(after)))
  const repeat = (candidate ?? control)?.file.repeat
  if (rows.length === 0) return nothing
  return markup`<details><summary>${scenario}</summary>
${table(headings, rows, `${scenario}: conditions of both arms`)}
${coresSection(runs)}
${repeat === undefined ? nothing : markup`<p>Again: <code>${repeat}</code></p>`}</details>`
}

function facts(title: string, control: Facts = {}, candidate: Facts = {}): readonly TableRow[] {
  const names = [...new Set([...Object.keys(control), ...Object.keys(candidate)])]
  return names.map((name) => {
    const [before, after] = [control[name], candidate[name]]
    const differs = before !== undefined && after !== undefined && before !== after
    return { cells: [title, name, before ?? none, after ?? none, differs ? 'differs' : ''] }
  })
}

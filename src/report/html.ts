import type { Verdict } from '../model/verdict.js'
import { duration, plural } from './format.js'
import { environment } from './html-environment.js'
import { scenarioSection } from './html-scenario.js'
import type { ScenarioRuns } from './input.js'
import { markup, nothing } from './markup.js'
import { worstScenariosFirst } from './order.js'
import { pageStyle } from './html-style.js'
import { headline, modeSentence, outcomeWord, spoken } from './words.js'

/**
 * The whole verdict as one page for a browser: the answer first, then each scenario, worst first, with tables, pictures and
 * the rows that broke a promise. It fetches nothing and runs nothing (its own policy forbids both), follows light and dark.
 */
export function html(verdict: Verdict, runs: readonly ScenarioRuns[]): string {
  const title = headline(verdict)
  const scenarios = worstScenariosFirst(verdict.scenarios)
  const tone = outcomeWord(verdict.outcome).tone
  const head = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${pageStyle}</style>
</head>`
  const next =
    verdict.next === undefined ? nothing : markup`<p>What would settle it: <code>${verdict.next}</code></p>`
  const body = markup`<body>
<header class="${tone}">
<h1>${title}</h1>
<p>${modeSentence[verdict.mode]} ${plural(scenarios.length, 'scenario')} in ${duration(verdict.elapsedSeconds * 1_000_000)}, started
<time>${verdict.startedAt}</time>. Exit ${verdict.exit}.</p>
${next}<p>Again: <code>${verdict.repeat}</code></p>
<nav>${scenarios.map((one, index) => markup`<a href="#s${index}">${spoken(outcomeWord(one.outcome))} · ${one.scenario}</a> `)}</nav>
</header>
<main>${scenarios.map((one, index) => scenarioSection(one, find(runs, one.scenario), `s${index}`))}
${environment(verdict, runs)}</main>
<footer>${verdict.tool} · seed ${verdict.seed}</footer>
</body>
</html>
`
  return `${head.text}\n${body.text}`
}

const find = (runs: readonly ScenarioRuns[], scenario: string): ScenarioRuns =>
  runs.find((one) => one.scenario === scenario) ?? { scenario }

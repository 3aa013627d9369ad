import type { Verdict } from '../model/verdict.js'
import { duration, plural } from './format.js'
import { commandsSection } from './html-commands.js'
import { environment } from './html-environment.js'
import { findingsSection } from './html-findings.js'
import { glossarySection } from './html-glossary.js'
import { scenarioSection } from './html-scenario.js'
import type { ScenarioRuns } from './input.js'
import { markup, Markup, nothing } from './markup.js'
import { nextParts } from './next.js'
import { worstScenariosFirst } from './order.js'
import { pageAssets } from './page-assets.js'
import { roomFor, type Room } from './room.js'
import { earlierSentence, headline, modeSentence, outcomeWord, spoken } from './words.js'

/** Larger pages are slow to open and are not taken by mail. Bytes. */
const largest = 1_000_000

/**
 * The whole verdict as one page for a browser: the answer first, then what went wrong, then each scenario, worst first, with tables, pictures and
 * the rows that broke a promise. It fetches nothing and runs nothing but its own script (its policy forbids both), follows light and dark.
 */
export function html(verdict: Verdict, runs: readonly ScenarioRuns[]): string {
  const draw = (part: number): string => pageOf(verdict, runs, roomFor(runs, part))
  // Tables are never cut for it: where they alone are so long, there are no pictures.
  return [0.7, 0.4, 0].reduce(
    (page, part) => (Buffer.byteLength(page) < largest ? page : draw(part)),
    draw(1),
  )
}

function pageOf(verdict: Verdict, runs: readonly ScenarioRuns[], room: Room): string {
  const title = headline(verdict)
  const scenarios = worstScenariosFirst(verdict.scenarios)
  const tone = outcomeWord(verdict.outcome).tone
  const { script, style, policy } = pageAssets()
  const sections: readonly Markup[] = [
    findingsSection(verdict, scenarios),
    ...scenarios.map((one, index) => scenarioSection(one, find(runs, one.scenario), `s${index}`, room)),
    environment(verdict, runs),
    commandsSection(verdict, runs),
    glossarySection(),
  ]
  const head = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>`
  const { command, remark = '' } = nextParts(verdict.next ?? '')
  const settles = command === undefined ? (verdict.next ?? '') : markup`<code>${command}</code> ${remark}`
  const next = verdict.next === undefined ? nothing : markup`<p>What would settle it: ${settles}</p>`
  const before = earlierSentence(verdict)
  const body = markup`<body>
<a class="skip" href="#findings">To what went wrong</a>
<header class="${tone}">
<h1>${title}</h1>
<p>${modeSentence[verdict.mode]} ${plural(scenarios.length, 'scenario')} in ${duration(verdict.elapsedSeconds * 1_000_000)}, started
<time>${verdict.startedAt}</time>. Exit ${verdict.exit}.</p>
${before === undefined ? nothing : markup`<p><b class="unsure">! ${before}</b></p>`}
${next}<p>Again: <code>${verdict.repeat}</code></p>
<nav aria-label="Scenarios">${scenarios.map((one, index) => markup`<a href="#s${index}">${spoken(outcomeWord(one.outcome))} · ${one.scenario}</a> `)}
<a href="#environment">Environment</a> <a href="#again">Again</a> <a href="#words">What the words mean</a></nav>
</header>
<main>${sections}</main>
<footer>${verdict.tool} · seed ${verdict.seed}</footer>
<script>${new Markup(script)}</script>
</body>
</html>
`
  return `${head.text}\n${body.text}`
}

const find = (runs: readonly ScenarioRuns[], scenario: string): ScenarioRuns =>
  runs.find((one) => one.scenario === scenario) ?? { scenario }

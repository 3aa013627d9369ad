import type { InvariantResult } from '../model/artefact.js'
import type { MetricVerdict, MixVerdict, ScenarioVerdict, Verdict } from '../model/verdict.js'
import { change, count, limit, measure, plural } from './format.js'
import { evidenceWords } from './html-evidence.js'
import { markup, nothing, type Markup } from './markup.js'
import { worstMetricsFirst } from './order.js'
import {
  boundsWords,
  budgetWord,
  healthWord,
  invariantWord,
  metricWord,
  mixWord,
  spoken,
  type Word,
  reasonWords,
} from './words.js'
import { named } from './rows.js'

const shown = 40
const namesShown = 6

interface Finding {
  readonly word: Word
  readonly what: string
  readonly evidence: string
}

/** What went wrong, each with its evidence in a sentence, the worst scenario first; then what could not be told. */
export function findingsSection(verdict: Verdict, scenarios: readonly ScenarioVerdict[]): Markup {
  const found = scenarios.flatMap((scenario, at) =>
    findings(scenario).map((finding) => ({ ...finding, scenario: scenario.scenario, at })),
  )
  const rest = found.length - shown
  const clean = !found.some(({ word }) => word.tone === 'bad')
  return markup`<section id="findings" aria-labelledby="findings-title"><h2 id="findings-title">What went wrong</h2>
${clean ? markup`<p>${cleanWords(verdict)}</p>` : nothing}
${found.length === 0 ? nothing : markup`<ul class="findings">${found.slice(0, shown).map(item)}</ul>`}
${rest > 0 ? markup`<p class="quiet">… and ${rest} more; each scenario below has its own.</p>` : nothing}
</section>
`
}

function cleanWords({ exit, scenarios }: Verdict): string {
  if (scenarios.length === 0) return 'Nothing was measured.'
  return exit === 0
    ? 'Nothing: no figure that is judged got worse than is tolerated, no budget and no invariant was broken.'
    : 'No single figure: the sentence at the top says why there is no clean verdict.'
}

const item = ({ word, what, evidence, scenario, at }: Finding & { scenario: string; at: number }): Markup =>
  markup`<li><b class="${word.tone}">${spoken(word)}</b> <a href="#s${at}">${scenario}</a>: <strong>${what}</strong>. ${evidence}</li>
`

function findings(scenario: ScenarioVerdict): readonly Finding[] {
  const { metrics, budgets, mix, invariants, health } = scenario
  const judged = worstMetricsFirst(metrics).filter(({ role }) => role === 'gate')
  return [
    ...invariants.filter(({ status }) => status === 'broken').map(brokenInvariant),
    ...judged.filter(({ decision }) => decision === 'regression').map(regression),
    ...budgets
      .filter(({ decision }) => decision === 'broken')
      .map((one) => ({
        word: budgetWord(one),
        what: `${one.step}${one.outcome === undefined ? '' : ` ${one.outcome}`} ${measure(one.value, one.unit)}`,
        evidence: `The budget is ${one.name}${one.value !== undefined && one.limit > 0 ? ` (${change(one.value / one.limit - 1)})` : ''}.`,
      })),
    ...mix.filter(({ decision }) => decision !== 'as_expected').map(wrongMix),
    ...(health.state === 'valid'
      ? []
      : [
          {
            word: healthWord(health),
            what: `the load generator is ${health.state}`,
            evidence: sentence(health.reasons.join('; ')),
          },
        ]),
    ...together(
      judged,
      'inconclusive',
      'not decided',
      'The evidence for or against a change does not suffice.',
    ),
    ...together(judged, 'no_data', 'not measured', 'What was not measured is never taken as good.'),
  ]
}

function brokenInvariant(one: InvariantResult): Finding {
  const [first] = one.offenders
  const example = first === undefined ? '' : ` The first is ${first.id}: ${first.what}.`
  return {
    word: invariantWord(one),
    what: named(one),
    evidence: `${one.title}; ${count(one.count)} offending, on start ${one.group + 1}.${example}`,
  }
}

function regression(one: MetricVerdict): Finding {
  const moved = `${measure(one.control, one.unit)} → ${measure(one.candidate, one.unit)}`
  const by = one.change === undefined ? '' : `, ${change(one.change.mean)}`
  const words = evidenceWords(one)
  const tolerated =
    one.tolerance === undefined ? '' : ` Up to ${limit(one.tolerance.ignore, 'share')} is ignored.`
  return {
    word: metricWord(one),
    what: `${one.title ?? one.name} ${moved}${by}`,
    evidence: `${sentence(words)}${tolerated}`,
  }
}

const wrongMix = (one: MixVerdict): Finding => ({
  word: mixWord(one),
  what: `${one.step} ${one.outcome} ${measure(one.candidate, 'share')}`,
  evidence:
    one.decision === 'no_data'
      ? `${sentence(reasonWords(one.reason))} On the other side it was ${measure(one.control, 'share')}.`
      : one.decision === 'wrong'
        ? `Expected is ${boundsWords(one.bounds)}: the run did not test what it claims.`
        : `On the control it was ${measure(one.control, 'share')}.`,
})

function together(
  metrics: readonly MetricVerdict[],
  decision: MetricVerdict['decision'],
  word: string,
  evidence: string,
): readonly Finding[] {
  const names = metrics.filter((one) => one.decision === decision).map(({ title, name }) => title ?? name)
  const [first] = metrics.filter((one) => one.decision === decision)
  if (first === undefined) return []
  const rest = names.length - namesShown
  const told = `${names.slice(0, namesShown).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
  return [{ word: metricWord(first), what: `${plural(names.length, 'figure')} ${word}: ${told}`, evidence }]
}

const sentence = (words: string): string =>
  words === '' ? '' : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`

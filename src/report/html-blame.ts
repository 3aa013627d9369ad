import type { AddedTime, Blame, LatencyBlame } from '../model/blame.js'
import type { ScenarioVerdict } from '../model/verdict.js'
import { count, duration, measure, none, share } from './format.js'
import { number, table } from './html-table.js'
import { markup, nothing, type Markup } from './markup.js'
import { meaningOf, partsIn } from './parts.js'
import { asSentence, whereItWent } from './rows.js'

/** What the change means in plain words, where the added time went, and what moved with it. */
export function blameSection({ plain = [], blame }: ScenarioVerdict): Markup {
  const words =
    plain.length === 0
      ? nothing
      : markup`<h3>In plain words</h3><ul>${plain.map((one) => markup`<li>${asSentence(one)}</li>`)}</ul>`
  if (blame === undefined) return words
  return markup`${words}
<h3>Where the added time went</h3>
<p>${whereItWent(blame)}</p>
${blame.latencies.map(ofLatency)}
${blame.steps.length === 0 ? nothing : markup`<h4>Of a journey</h4>${addedTable('step', blame.steps)}`}
${movedTable(blame)}`
}

function ofLatency(found: LatencyBlame): Markup {
  if (found.told !== 'told') return nothing
  const { metric, outcome, control, candidate, added, units, parts, seconds } = found
  const shown = partsIn([Object.fromEntries(parts.map(({ of, candidate: time }) => [of, Math.abs(time)]))])
  const few = (seconds?.few ?? []).map((one) => ({
    cells: [
      number(count(one.unit)),
      number(count(one.second + 1)),
      number(share(one.share)),
      one.events.join(', '),
    ],
  }))
  return markup`<h4>${metric}${outcome === undefined ? '' : ` (${outcome})`}</h4>
<p>On average ${duration(candidate)} instead of ${duration(control)}: ${duration(added)} more, over ${count(units)} units on both arms.</p>
${addedTable('part', parts)}
<p class="quiet">Only a part that is surely longer, beyond what it differs from unit to unit by itself, is to blame. ${meaningOf(shown)}.</p>
${few.length === 0 ? nothing : table(['unit', 'second of it', 'of the added time', 'what the run noted then'], few)}`
}

const addedTable = (what: string, rows: readonly AddedTime[]): Markup =>
  table(
    [what, 'control', 'candidate', 'added', 'of the added time', 'surely longer'],
    rows.map(({ of, control, candidate, added, share: part, sure }) => ({
      cells: [
        of,
        number(duration(control)),
        number(duration(candidate)),
        number(duration(added)),
        number(share(part)),
        { text: sure ? 'yes' : 'no', kind: 'word' },
      ],
    })),
  )

function movedTable({ outcomes, probes: { moved } }: Blame): Markup {
  const rows = [
    ...outcomes.map(({ step, outcome, control, candidate }) => ({
      cells: [`${step} ends as ${outcome}`, number(share(control)), number(share(candidate)), number(none)],
    })),
    ...moved.map(({ title, unit, control, candidate, times }) => ({
      cells: [
        title,
        number(measure(control, unit)),
        number(measure(candidate, unit)),
        number(times === undefined ? none : `${count(Math.round(times))} times`),
      ],
    })),
  ]
  if (rows.length === 0) return nothing
  return markup`<h4>What moved with it</h4>
${table(['', 'control', 'candidate', 'beyond its own noise'], rows)}
<p class="quiet">Beyond its own noise: how many times farther than chance alone would carry the mean of so many units.</p>`
}

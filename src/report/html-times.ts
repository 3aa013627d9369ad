import type { Run } from '../model/artefact.js'
import type { Exemplar, Part } from '../model/engine.js'
import type { Arm } from '../model/plan.js'
import type { ScenarioVerdict, StepTime } from '../model/verdict.js'
import { count, duration, none, share } from './format.js'
import { number, table, type Cell } from './html-table.js'
import type { ScenarioRuns } from './input.js'
import { markup, nothing, type Markup } from './markup.js'
import { meaningOf, partsIn, type ShownPart } from './parts.js'

const slowestShown = 10

/** Where the time of each arm went: every step with its share and the mean of each part, and the slowest steps one by one. */
export function timesSection({ times }: ScenarioVerdict, runs: ScenarioRuns): Markup {
  const arms = (['candidate', 'control'] as const).filter((arm) => times.some((one) => one.arm === arm))
  return markup`${arms.map((arm) => ofArm(arm, times, runs[arm], arms.length > 1))}`
}

function ofArm(arm: Arm, all: readonly StepTime[], run: Run | undefined, both: boolean): Markup {
  const times = all.filter((one) => one.arm === arm)
  const shown = partsIn(times.map((one) => one.parts))
  const rows = times.map((one) => ({
    cells: [
      one.metric,
      one.outcome,
      number(count(one.count)),
      number(one.share === undefined ? none : share(one.share)),
      number(duration(one.p50)),
      number(duration(one.p95)),
      number(duration(one.p99)),
      number(duration(one.mean)),
      ...partCells(shown, one.parts),
    ],
  }))
  const head = ['step', 'outcome', 'count', 'of the time', 'p50', 'p95', 'p99', 'mean', ...shown]
  return markup`<h3>Where the time went${both ? `: ${arm}` : ''}</h3>
${table(head, rows, `Where the time went: ${arm}`)}
<p class="quiet">Of the time: a step’s share of all that the journeys took, thinking left out; steps that run at once add up to more, and what was only
seen or heard has none. Behind the mean stand its parts. ${meaningOf(shown)}.</p>
${run === undefined ? nothing : slowestTable(run)}`
}

const partCells = (shown: readonly ShownPart[], parts: Readonly<Partial<Record<Part, number>>>): Cell[] =>
  shown.map((part) => number(parts[part] === undefined ? none : duration(parts[part])))

/** Of the measured units. A journey is left out: its slow step is what is looked for. */
function slowestTable(run: Run): Markup {
  const measured = new Set(run.file.units.flatMap(({ phase, index }) => (phase === 'measure' ? [index] : [])))
  const total = ({ parts }: Exemplar): number => parts.total ?? 0
  const slowest = run
    .slowest()
    .filter(({ unit, metric }) => measured.has(unit) && metric.split('@')[0] !== 'whole')
    .toSorted((a, b) => total(b) - total(a))
    .slice(0, slowestShown)
  if (slowest.length === 0) return nothing
  const shown = partsIn(slowest.map(({ parts }) => parts))
  const rows = slowest.map((one) => ({
    cells: [
      one.metric,
      one.outcome,
      number(count(one.n)),
      number(count(one.unit)),
      number(duration(one.at)),
      number(duration(total(one))),
      ...partCells(shown, one.parts),
    ],
  }))
  return markup`<h4>The slowest</h4>
${table(['step', 'outcome', 'journey', 'unit', 'intended at', 'took', ...shown], rows, 'The slowest steps, one by one')}`
}

import type { CalibratedDose, CalibratedMetric, CalibratedScenario } from '../model/calibration.js'
import type { Verdict } from '../model/verdict.js'
import { change, duration, limit, plural, share } from './format.js'
import { left, paint, right, width, wrap, type Line } from './layout.js'

/** What `vge-perf calibrate` found. */
interface Found {
  readonly scenarios: readonly CalibratedScenario[]
  readonly equal: Pick<Verdict, 'outcome' | 'headline'>
  /** By how much delaying proxies were late, microseconds, and the share of their time in which they asked the clock. */
  readonly proxies: readonly { readonly late: { readonly p99: number }; readonly spun: number }[]
}

const percent = (value: number): string => limit(value, 'share')
const indent = '    '

/** A table a scenario, what is to be done about metrics that may not gate, and how doses went. Ends with a line feed. */
export function calibrationLines(
  { scenarios, equal, proxies }: Found,
  options: { readonly columns: number; readonly colour: boolean },
): string {
  const columns = Math.min(120, Math.max(60, options.columns))
  const alarm: readonly Line[] = ['regression', 'over_budget'].includes(equal.outcome)
    ? [...wrap(`Equal builds did not pass: ${equal.headline}`, columns, '? ', 'unsure'), []]
    : []
  return paint(
    [
      ...alarm,
      ...scenarios.flatMap((one) => [...scenarioLines(one, columns), []]),
      ...closing(scenarios, proxies, columns),
    ],
    options.colour,
  )
}

function scenarioLines(one: CalibratedScenario, columns: number): readonly Line[] {
  const metrics = Object.entries(one.metrics)
  const names = Math.min(columns - 56, Math.max(6, ...metrics.map(([name]) => width(name))))
  const head = `${one.scenario} (${one.profile}): equal builds on ${plural(one.starts, 'start')}, ${plural(one.units, 'pair')} of units`
  const titles = tableRow('', ['spread', 'starts', 'pairs', 'smallest', 'tolerance'], names)
  return [
    [{ text: head, tone: 'strong' }],
    ...(metrics.length === 0
      ? wrap('no latency of this scenario and profile gates', columns, `${indent}· `, 'quiet')
      : [[{ text: `${titles}gates`, tone: 'quiet' } as const]]),
    ...metrics.flatMap(([name, metric]) => metricLines(name, metric, one.cap, names, columns)),
    ...one.doses.flatMap((dose) => doseLines(dose, columns)),
  ]
}

const widths = [8, 8, 7, 10, 12]

const tableRow = (name: string, cells: readonly string[], names: number): string =>
  `${indent}${left(name, names)}${cells.map((cell, index) => right(cell, widths[index] ?? 0)).join('')}  `

function metricLines(
  name: string,
  metric: CalibratedMetric,
  cap: number,
  names: number,
  columns: number,
): readonly Line[] {
  const { sigma, between, pairs, smallest, tolerance, mayGate } = metric
  const long = width(name) > names
  const cells = [
    share(sigma),
    share(between),
    pairs === undefined ? '> 60' : String(pairs),
    change(smallest),
    `${percent(tolerance.ignore).replace(' %', '')}–${percent(tolerance.reject)}`,
  ]
  return [
    ...(long ? wrap(name, columns, indent) : []),
    [
      { text: tableRow(long ? '' : name, cells, names) },
      mayGate ? { text: '✓ yes', tone: 'good' } : { text: '✗ no', tone: 'bad' },
    ],
    ...(mayGate ? [] : wrap(remedy(metric, cap), columns, '      ↳ ', 'quiet')),
  ]
}

/** What would let it gate. On logarithms spread and margins count by their ratio: half the spread is as good as margins twice as wide. */
function remedy({ sigma, tolerance, bearable = 0, pairs }: CalibratedMetric, cap: number): string {
  const wider = (margin: number): string =>
    percent(Number(Math.expm1((Math.log1p(margin) * sigma) / bearable).toPrecision(2)))
  const ways = [
    `a spread of at most ${share(bearable)} (a quieter machine; more samples a unit, by a higher rate)`,
    ...(bearable > 0 ? [`tolerances of ${wider(tolerance.ignore)} and ${wider(tolerance.reject)}`] : []),
    ...(pairs === undefined ? [] : [`${pairs} pairs instead of ${cap} (\`gate.maxUnits\`)`]),
  ]
  return `would gate with ${ways.join(', or with ')}`
}

function doseLines(
  { dose, caught, missed, inconclusive, read }: CalibratedDose,
  columns: number,
): readonly Line[] {
  const gates = caught + missed + inconclusive
  const changes = Object.entries(read).map(([name, value]) => `${name} ${change(value)}`)
  const seen = changes.length === 0 ? '' : `; read as ${changes.join(', ')}`
  const tone = missed > 0 ? 'bad' : caught === gates ? 'good' : 'unsure'
  return wrap(
    `of ${plural(gates, 'gate')} ${caught} caught it, ${missed} missed it, ${inconclusive} inconclusive${seen}`,
    columns,
    `${indent}${left(`dose ${change(dose)}`, 13)} `,
    tone,
  )
}

function closing(
  scenarios: readonly CalibratedScenario[],
  proxies: Found['proxies'],
  columns: number,
): readonly Line[] {
  const all = scenarios.flatMap(({ metrics }) => Object.values(metrics))
  const may = all.filter(({ mayGate }) => mayGate).length
  const late = Math.max(0, ...proxies.map((one) => one.late.p99))
  const spun = Math.max(0, ...proxies.map((one) => one.spun))
  return [
    ...wrap(
      'spread: of a pair’s change between equal builds; starts: what fresh starts add to it; pairs: after which 97 of 100 gates have caught a change that is too much; smallest: change that is seen four times in five, with all pairs that a gate takes',
      columns,
      '  ',
      'quiet',
    ),
    ...(proxies.length === 0
      ? []
      : wrap(
          `doses: the proxy adds them to the target’s own time, to which the generator’s does not grow; it was late by at most ${duration(late)} (p99), and asked the clock for ${share(spun)} of its time`,
          columns,
          '  ',
          'quiet',
        )),
    [
      {
        text: `  Of ${plural(all.length, 'metric')} ${may} may gate here.`,
        tone: may === 0 ? 'bad' : 'strong',
      },
    ],
  ]
}
